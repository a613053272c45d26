"""A PostgreSQL server for each emulated RDS and Aurora cluster."""
