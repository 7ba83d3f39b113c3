"""The fault test: processes are killed, Redis is emptied and PostgreSQL restarted under load; nothing may be lost."""
