"""PostgreSQL as a real server for each emulated RDS and Aurora cluster."""

from localcloud.runtime.databases.clusters import DatabaseError, Databases, Endpoint

__all__ = ["DatabaseError", "Databases", "Endpoint"]
