"""The fixtures of the tests of every service."""

from services.conftest import (
    _models_read_once,
    _token,
    aws,
    call,
    call_limits,
    import_fresh,
    kit,
    mariadb,
    mysql_store,
    postgresql,
    postgresql_store,
    store_variables,
)

__all__ = [
    "_models_read_once",
    "_token",
    "aws",
    "call",
    "call_limits",
    "import_fresh",
    "kit",
    "mariadb",
    "mysql_store",
    "postgresql",
    "postgresql_store",
    "store_variables",
]
