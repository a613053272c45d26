"""Runs the databases of RDS and Aurora as servers on this machine."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING, Any

from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBCluster, DBInstance, DBInstanceClustered, RDSBackend

from localcloud.aws.journal import JOURNAL
from localcloud.aws.rds.engines import server_of
from localcloud.aws.rds.overrides import passwords as rds_passwords
from localcloud.aws.rds.overrides import servers
from localcloud.engines.engine import ServerError
from localcloud.ports import HOST
from localcloud.supervisor.child import SUPERVISED

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.aws.endpoints import ControlEndpoints

_LOG = logging.getLogger(__name__)
_calls: dict[str, Callable[..., Any]] = {
    name: getattr(RDSBackend, name)
    for name in (
        "create_db_cluster", "create_db_instance", "modify_db_cluster", "modify_db_instance",
        "delete_db_cluster", "delete_db_instance", "promote_read_replica",
    )
}  # fmt: skip
_addresses = {
    kind: {name: kind.__dict__[name] for name in ("endpoint", "reader_endpoint", "address")
           if name in kind.__dict__}
    for kind in (DBCluster, DBInstance, DBInstanceClustered)
}  # fmt: skip


def install(endpoints: ControlEndpoints) -> None:
    """Start, change and stop the databases of this environment."""
    alone = os.environ.get(SUPERVISED) != "1"
    servers.install(endpoints.layout, start_here=alone)
    rds_passwords.install()
    backend: Any = RDSBackend
    backend.create_db_cluster = _create_cluster
    backend.create_db_instance = _create_instance
    backend.modify_db_cluster = _modify_cluster
    backend.modify_db_instance = _modify_instance
    backend.delete_db_cluster = _delete_cluster
    backend.delete_db_instance = _delete_instance
    backend.promote_read_replica = _promote
    for kind, properties in _addresses.items():
        for name, found in properties.items():
            setattr(kind, name, property(_local(name, found)))


def close() -> None:
    """Stop the servers that this process started."""
    servers.stop()


def resume() -> None:
    """Ensure in the background that every server exists, with the recorded password."""
    for owner in filter(servers.can_run, servers.owners()):
        threading.Thread(target=_ensure, args=(owner,), daemon=True).start()


def _ensure(owner: Any) -> None:
    try:
        with JOURNAL.lock:
            wanted = servers.settings(owner, rds_passwords.current(owner))
        endpoint = servers.create(owner, wanted)
    except ServerError as error:
        _LOG.warning("database %s: %s", servers.identifier(owner), error)
    else:
        with JOURNAL.transaction():
            owner.port = endpoint.port
            _save(owner)


def _local(name: str, moto: Any) -> Callable[[Any], Any]:
    def answer(self: Any) -> Any:
        if not server_of(self.engine):
            return moto.fget(self)
        if name == "endpoint" and not isinstance(self, DBCluster):
            port = servers.owner_of(self).port
            return {"Address": HOST, "Port": port, "HostedZoneId": "ZLOCAL"}
        return HOST

    return answer


def _serve(owner: Any, undo: Callable[..., Any]) -> None:
    servers.choose_name(owner)
    wanted = servers.settings(owner, rds_passwords.current(owner))
    name = servers.identifier(owner)
    try:
        with JOURNAL.released():
            endpoint = servers.create(owner, wanted)
    except ServerError as error:
        owner.deletion_protection = False
        undo(owner.backend, name)
        _save(owner)
        _remove(owner)
        raise RDSClientError(
            "InternalFailure", f"database {name} was not created: {error}"
        ) from error
    owner.port = endpoint.port
    _save(owner)


def _save(owner: Any) -> None:
    """Save *owner*: the backends recorded before the lock was released do not cover it."""
    JOURNAL.work.snapshot(owner.backend)


def _create_cluster(self: Any, kwargs: dict[str, Any]) -> Any:
    if kwargs["db_cluster_identifier"] in self.clusters:
        raise RDSClientError("DBClusterAlreadyExistsFault", "DB Cluster already exists")
    cluster = _calls["create_db_cluster"](self, kwargs)
    if servers.is_owner(cluster):
        _serve(cluster, _forget_cluster)
    return cluster


def _create_instance(self: Any, db_kwargs: dict[str, Any]) -> Any:
    instance = _calls["create_db_instance"](self, db_kwargs)
    if servers.is_owner(instance):
        _serve(instance, _calls["delete_db_instance"])
    return instance


def _modify_cluster(self: Any, kwargs: dict[str, Any]) -> Any:
    name = kwargs["db_cluster_identifier"]
    if name not in self.clusters:
        raise RDSClientError("DBClusterNotFoundFault", f"DBCluster {name} not found.")
    cluster = self.clusters[name]
    before = rds_passwords.current(cluster) if servers.is_owner(cluster) else ""
    cluster.bulkhead_server = servers.name(cluster)
    members = cluster.members
    kwargs.pop("port", None)
    # moto removes the cluster from its list meanwhile: the lock must not be released before.
    rotates = kwargs.get("apply_immediately") and kwargs.pop("rotate_master_user_password", False)
    answer = _calls["modify_db_cluster"](self, kwargs)
    for member in members:  # moto does not rename the cluster of its members
        member.db_cluster_identifier = cluster.db_cluster_identifier
    if rotates:
        cluster.master_user_secret.rotate_secret()
    else:
        _change_password(cluster, before)
    return answer


def _modify_instance(self: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> Any:
    owner, before = self.databases.get(db_instance_identifier), ""
    if owner is not None and server_of(owner.engine):
        db_kwargs.pop("db_port_number", None)
        if servers.is_owner(owner):
            before = rds_passwords.current(owner)
            owner.bulkhead_server = servers.name(owner)
    answer = _calls["modify_db_instance"](self, db_instance_identifier, db_kwargs)
    _change_password(answer, before)
    return answer


def _change_password(owner: Any, before: str) -> None:
    if servers.is_owner(owner) and rds_passwords.current(owner) != before:
        rds_passwords.set_password(owner, rds_passwords.current(owner))


def _delete_cluster(self: Any, cluster_identifier: str, snapshot_name: str | None = None) -> Any:
    cluster = _forget_cluster(self, cluster_identifier, snapshot_name)
    _forget_secret(cluster)
    _remove(cluster)
    return cluster


def _forget_cluster(self: Any, name: str, snapshot_name: str | None = None) -> Any:
    """Delete moto's cluster and its automated snapshots, which would block the name."""
    cluster = _calls["delete_db_cluster"](self, name, snapshot_name)
    for snapshot in self.describe_db_cluster_snapshots(name, None, "automated"):
        self.delete_db_cluster_snapshot(snapshot.db_cluster_snapshot_identifier)
    return cluster


def _delete_instance(self: Any, db_instance_identifier: str, *args: Any, **kwargs: Any) -> Any:
    instance = _calls["delete_db_instance"](self, db_instance_identifier, *args, **kwargs)
    _forget_secret(instance)
    _remove(instance)
    return instance


def _forget_secret(owner: Any) -> None:
    """Omit the secret, deleted with its database, from the response."""
    owner.manage_master_user_password = False
    vars(owner).pop("master_user_secret", None)


def _remove(owner: Any) -> None:
    if servers.is_owner(owner):
        with JOURNAL.released():
            servers.delete(owner)


def _promote(self: Any, db_kwargs: dict[str, Any]) -> Any:
    [replica] = self.describe_db_instances(db_kwargs["db_instance_identifier"])
    if replica.is_replica:
        raise NotImplementedError(
            f"{replica.db_instance_identifier} is the same server as its source"
            f" {replica.source_db_instance_identifier}: create an instance of its own"
        )
    return _calls["promote_read_replica"](self, db_kwargs)
