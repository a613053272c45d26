"""The engines, by name."""

from __future__ import annotations

from localcloud.engines import mariadb, memcached, postgresql, rds_proxy, valkey
from localcloud.engines.unavailable import UNAVAILABLE

ENGINES = {
    engine.name: engine
    for engine in (
        postgresql.ENGINE,
        mariadb.ENGINE,
        valkey.ENGINE,
        memcached.ENGINE,
        rds_proxy.ENGINE,
        *UNAVAILABLE,
    )
}

LISTED = {name: engine for name, engine in ENGINES.items() if engine is not rds_proxy.ENGINE}
"""What a store needs; the forwarder of a database proxy is always there."""
