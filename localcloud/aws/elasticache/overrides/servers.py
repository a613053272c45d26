"""Runs the servers of caches: Valkey, also for Redis OSS, and Memcached."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING, Any

from moto.elasticache.models import elasticache_backends

from localcloud.aws.elasticache.overrides.records import (
    CLUSTER,
    GROUP,
    SERVERLESS,
    USER,
    USER_GROUP,
    Kind,
    Record,
    records,
    refused,
    tags_of,
)
from localcloud.aws.journal import JOURNAL
from localcloud.engines.engine import ServerError
from localcloud.engines.servers import Servers
from localcloud.ports import HOST
from localcloud.supervisor.child import SUPERVISED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.aws.endpoints import ControlEndpoints
    from localcloud.engines.statistics import Statistics

_LOG = logging.getLogger(__name__)
_servers: list[Servers] = []
ENGINES = {"valkey": "valkey", "redis": "valkey", "memcached": "memcached"}
"""Engine of ElastiCache -> engine of the local cloud."""

PORTS = {"valkey": 6379, "redis": 6379, "memcached": 11211}


def install(endpoints: ControlEndpoints) -> None:
    """Start, change and stop the caches of this environment."""
    alone = os.environ.get(SUPERVISED) != "1"
    _servers[:] = [Servers(endpoints.layout, start_here=alone)]


def close() -> None:
    """Stop the servers that this process started."""
    for servers in _servers:
        servers.stop()


def resume() -> None:
    """Ensure that every cache has its server: in the background where the supervisor runs it.

    A server ends with the thread that started it, so this process starts its own ones here.
    """
    for _, _, backend in elasticache_backends.iter_backends():
        for kind, found in caches(backend):
            if os.environ.get(SUPERVISED) != "1":
                _ensure(backend, kind, found)
                continue
            arguments = (backend, kind, found)
            threading.Thread(target=_ensure, args=arguments, daemon=True).start()


def _ensure(backend: Any, kind: Kind, found: Record) -> None:
    try:
        with JOURNAL.transaction():
            serve(backend, kind, found)
    except Exception as error:  # noqa: BLE001 - a thread has nobody to tell
        _LOG.warning("cache %s: %s", found[kind.key], error)


def caches(backend: Any) -> Iterator[tuple[Kind, Record]]:
    """Yield the caches that have servers."""
    for kind in (SERVERLESS, GROUP, CLUSTER):
        for found in list(records(backend, kind).values()):
            if not (kind is CLUSTER and found.get("ReplicationGroupId")):
                yield kind, found


def serve(backend: Any, kind: Kind, found: Record) -> None:
    """Start or change the servers of a cache, and set its addresses."""
    numbers = nodes(found) if kind is CLUSTER else [""]
    ports = [_start(backend, kind, found, number) for number in numbers]
    if kind is SERVERLESS:
        found["Endpoint"] = found["ReaderEndpoint"] = _address(ports[0])
    elif kind is GROUP:
        found["Port"] = ports[0]
    else:
        found["CacheNodes"] = [
            {
                "CacheNodeId": number,
                "CacheNodeStatus": "available",
                "CacheNodeCreateTime": found["CacheClusterCreateTime"],
                "Endpoint": _address(port),
                "ParameterGroupStatus": "in-sync",
                "CustomerAvailabilityZone": found["Zones"][place % len(found["Zones"])],
            }
            for place, (number, port) in enumerate(zip(numbers, ports, strict=True))
        ]
        if found["Engine"] == "memcached":
            found["ConfigurationEndpoint"] = _address(ports[0])
    # The backends recorded before the lock was released do not cover it.
    JOURNAL.work.snapshot(backend)


def nodes(cluster: Record) -> list[str]:
    """Return the IDs of the nodes of a cluster."""
    return [f"{number:04}" for number in range(1, cluster["NumCacheNodes"] + 1)]


def _address(port: int) -> dict[str, Any]:
    return {"Address": HOST, "Port": port}


def _start(backend: Any, kind: Kind, found: Record, node: str) -> int:
    engine = ENGINES[found["Engine"]]
    if not _servers:
        return PORTS[engine]
    settings = {} if engine == "memcached" else _settings(backend, kind, found)
    service = tags_of(backend, found).get("service", "")
    try:
        with JOURNAL.released():
            name = _identifier(kind, found, node)
            return _servers[0].create(engine, name, settings, service=service).port
    except ServerError as error:
        raise refused("InternalFailure", f"cache {found[kind.key]}: {error}") from error


def _identifier(kind: Kind, found: Record, node: str) -> str:
    return "-".join(part for part in (kind.arn, found[kind.key], node) if part)


def _settings(backend: Any, kind: Kind, found: Record) -> dict[str, Any]:
    settings: dict[str, Any] = {"cluster": kind is SERVERLESS or found.get("ClusterEnabled", False)}
    groups = found.get("UserGroupIds") or [found.get("UserGroupId")]
    users = records(backend, USER)
    names = [
        name
        for group in groups
        if group in records(backend, USER_GROUP)
        for name in records(backend, USER_GROUP)[group]["UserIds"]
        if name in users
    ]
    if any(groups):
        settings["users"] = {users[name]["UserName"]: _rule(users[name]) for name in names}
    elif found.get("AuthToken"):
        settings["users"] = {"default": f"on >{found['AuthToken']} ~* &* +@all"}
    return settings


def _rule(user: Record) -> str:
    """Return a user's ACL rule. IAM is not emulated: any password of such a user is accepted."""
    passwords = [f">{one}" for one in user["Passwords"]] or ["nopass"]
    return " ".join([user["AccessString"], *passwords])


def users_changed(backend: Any) -> None:
    """Let every cache with users have those of its groups."""
    for kind, found in caches(backend):
        if found.get("UserGroupId") or found.get("UserGroupIds"):
            serve(backend, kind, found)


def identifiers(kind: Kind, found: Record) -> list[str]:
    """Return the names of the servers of a cache."""
    numbers = nodes(found) if kind is CLUSTER else [""]
    return [_identifier(kind, found, number) for number in numbers]


def statistics(engine: str, identifier: str) -> Statistics:
    """Return what a server reports about itself. Raises ServerError if it does not run."""
    if not _servers:
        raise ServerError("this process runs no caches")
    return _servers[0].statistics(ENGINES[engine], identifier)


def stop(kind: Kind, found: Record, removed: list[str] | None = None) -> None:
    """Delete the servers of a cache, or those of *removed* nodes."""
    engine = ENGINES[found["Engine"]]
    numbers = removed or (nodes(found) if kind is CLUSTER else [""])
    for servers in _servers:
        with JOURNAL.released():
            for number in numbers:
                servers.delete(engine, _identifier(kind, found, number))
