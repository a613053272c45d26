"""The servers behind clusters and instances: which one, where, and with which settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.rds.models import DBInstance, DBInstanceClustered, rds_backends

from localcloud.aws.rds.engines import ENGINES, server_of
from localcloud.engines.database_servers import DatabaseServers
from localcloud.engines.databases import Databases
from localcloud.stopped import service_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.engines.servers import Endpoint
    from localcloud.engines.statistics import Statistics
    from localcloud.layout import Layout

POSTGRESQL = "postgresql"
_engines: dict[str, Databases | DatabaseServers] = {}


def install(layout: Layout, *, start_here: bool) -> None:
    """Manage the servers of *layout*; with *start_here* this process runs them."""
    _engines.clear()
    for name in {engine.server for engine in ENGINES.values()}:
        _engines[name] = (
            Databases(layout, start_here=start_here)
            if name == POSTGRESQL
            else DatabaseServers(layout, name, start_here=start_here)
        )


def stop() -> None:
    """Stop the servers that this process started."""
    for engine in _engines.values():
        engine.stop()


def owners() -> Iterator[Any]:
    """Yield the clusters and instances that have a server of their own."""
    for _, _, backend in rds_backends.iter_backends():
        found: Any = backend
        for one in (*found.clusters.values(), *found.databases.values()):
            if is_owner(one):
                yield one


def is_owner(one: Any) -> bool:
    """Return whether a cluster or an instance has a server of its own."""
    if isinstance(one, DBInstance) and (one.db_cluster_identifier or one.is_replica):
        return False
    return bool(server_of(one.engine))


def owner_of(one: Any) -> Any:
    """Return the cluster or the instance whose server *one* is served by."""
    if isinstance(one, DBInstanceClustered):
        return one.cluster
    while isinstance(one, DBInstance) and one.is_replica:
        one = one.backend.find_db_from_id(one.source_db_instance_identifier or "")
    return one


def identifier(owner: Any) -> str:
    """Return the identifier of a cluster or an instance."""
    return getattr(owner, "db_cluster_identifier", None) or owner.db_instance_identifier


def name(owner: Any) -> str:
    """Return the name of the server: it stays when the identifier changes."""
    return vars(owner).get("bulkhead_server") or identifier(owner)


def choose_name(owner: Any) -> None:
    """Name the server after *owner*, or so that no other one in the account has the name."""
    taken = {name(one) for one in owners() if one is not owner}
    chosen, number = identifier(owner), 2
    while chosen in taken:
        chosen, number = f"{identifier(owner)}-{number}", number + 1
    owner.bulkhead_server = chosen


def settings(owner: Any, password: str) -> dict[str, str]:
    """Return the settings of the server of *owner*."""
    database = getattr(owner, "database_name", None) or getattr(owner, "db_name", None) or ""
    return {
        "master_username": owner.master_username,
        "master_password": password,
        "database_name": database,
        "service": service_of(owner.tags or ()),
    }


def can_run(owner: Any) -> bool:
    """Return whether this process runs servers of the engine of *owner*."""
    return server_of(owner.engine) in _engines


def create(owner: Any, wanted: dict[str, str]) -> Endpoint:
    """Create the server of *owner* and wait until it answers; idempotent. Raises ServerError."""
    return _engines[server_of(owner.engine)].create(name(owner), **wanted)


def server(owner: Any) -> tuple[str, str]:
    """Return engine and name of the server of *owner*."""
    return server_of(owner.engine), name(owner)


def statistics(engine: str, name: str) -> Statistics:
    """Return what a server reports about itself. Raises ServerError if it does not run."""
    return _engines[engine].statistics(name)


def set_password(owner: Any, password: str) -> None:
    """Set the password of the master user. Raises ServerError."""
    _engines[server_of(owner.engine)].set_master_password(name(owner), password)


def delete(owner: Any) -> None:
    """Delete the server and its data."""
    _engines[server_of(owner.engine)].delete(name(owner))
