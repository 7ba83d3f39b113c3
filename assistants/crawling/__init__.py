"""Read pages and sites on the web: politely, only what was asked for, and never an address that is private."""
