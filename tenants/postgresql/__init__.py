"""Django's PostgreSQL, with connections that know of the wall between tenants."""
