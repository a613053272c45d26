"""The engines, by name."""

from __future__ import annotations

from localcloud.engines import mariadb, memcached, postgresql, valkey

ENGINES = {module.ENGINE.name: module.ENGINE for module in (postgresql, mariadb, valkey, memcached)}
