"""Servers behind the stores of the local cloud: PostgreSQL, MariaDB, Valkey and memcached."""
