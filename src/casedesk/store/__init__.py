"""The store: the only room that knows SQLite from PostgreSQL."""
