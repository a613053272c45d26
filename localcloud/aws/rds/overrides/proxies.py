"""RDS Proxy: what moto lacks of proxies and their targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.rds.exceptions import (
    DBClusterNotFoundError,
    DBInstanceNotFoundError,
    DBProxyAlreadyExistsFault,
    RDSClientError,
)
from moto.rds.models import DBProxyTarget
from moto.rds.responses import RDSResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT_PASSWORDS = {
    "MYSQL": "MYSQL_NATIVE_PASSWORD",
    "POSTGRESQL": "POSTGRES_SCRAM_SHA_256",
    "SQLSERVER": "SQL_SERVER_AUTHENTICATION",
}
"""Engine family -> default of `ClientPasswordAuthType`."""

KEPT = {
    "DefaultAuthScheme": "NONE",
    "EndpointNetworkType": "IPV4",
    "TargetConnectionNetworkType": "IPV4",
}
"""Member of `CreateDBProxy` that moto drops -> its default."""

MODIFIED = {
    "DebugLogging": "debug_logging",
    "DefaultAuthScheme": "default_auth_scheme",
    "IdleClientTimeout": "idle_client_timeout",
    "RequireTLS": "require_tls",
    "RoleArn": "role_arn",
    "SecurityGroups": "vpc_security_group_ids",
}
"""Member of `ModifyDBProxy` -> attribute of moto's proxy."""

_POOL = {
    "ConnectionBorrowTimeout": "borrow_timeout",
    "InitQuery": "init_query",
    "MaxConnectionsPercent": "max_connections",
    "MaxIdleConnectionsPercent": "max_idle_connections",
    "SessionPinningFilters": "session_pinning_filters",
}


def install() -> None:
    """Add and replace the operations."""
    response: Any = RDSResponse
    for operation in (
        create_db_proxy, modify_db_proxy, delete_db_proxy, modify_db_proxy_target_group,
        describe_db_proxy_target_groups, register_db_proxy_targets, deregister_db_proxy_targets,
        describe_db_proxy_targets,
    ):  # fmt: skip
        setattr(response, operation.__name__, operation)


def create_db_proxy(self: Any) -> ActionResult:
    """Create a proxy with all of its settings."""
    params = self.params
    family = params["EngineFamily"]
    proxy = self.backend.create_db_proxy(
        db_proxy_name=params["DBProxyName"],
        engine_family=family,
        auth=_auth(params.get("Auth", []), family),
        role_arn=params["RoleArn"],
        vpc_subnet_ids=params["VpcSubnetIds"],
        vpc_security_group_ids=params.get("VpcSecurityGroupIds"),
        require_tls=params.get("RequireTLS") or False,
        idle_client_timeout=params.get("IdleClientTimeout"),
        debug_logging=params.get("DebugLogging"),
        tags=params.get("Tags", []),
    )
    proxy.default_auth_scheme = params.get("DefaultAuthScheme") or KEPT["DefaultAuthScheme"]
    for member, attribute in (
        ("EndpointNetworkType", "endpoint_network_type"),
        ("TargetConnectionNetworkType", "target_connection_network_type"),
    ):
        setattr(proxy, attribute, params.get(member) or KEPT[member])
    return ActionResult({"DBProxy": proxy})


def modify_db_proxy(self: Any) -> ActionResult:
    """Change the settings of a proxy, and its name."""
    params, backend = self.params, self.backend
    proxy = proxy_of(self)
    name = params.get("NewDBProxyName") or proxy.db_proxy_name
    if name != proxy.db_proxy_name and name in backend.db_proxies:
        raise DBProxyAlreadyExistsFault(name)
    for member, attribute in MODIFIED.items():
        if params.get(member) is not None:
            setattr(proxy, attribute, params[member])
    if params.get("Auth") is not None:
        proxy.auth = _auth(params["Auth"], proxy.engine_family)
    if name != proxy.db_proxy_name:
        del backend.db_proxies[proxy.db_proxy_name]
        proxy.endpoint = proxy.endpoint.replace(proxy.db_proxy_name, name, 1)
        proxy.db_proxy_name = name
        backend.db_proxies[name] = proxy
        for group in proxy.proxy_target_groups.values():
            group.db_proxy_name = name
    proxy.updated_date = utcnow()
    return ActionResult({"DBProxy": proxy})


def delete_db_proxy(self: Any) -> ActionResult:
    """Delete a proxy with its endpoints."""
    proxy = proxy_of(self)
    proxy.status = "deleting"
    return ActionResult({"DBProxy": self.backend.delete_db_proxy(proxy.db_proxy_name)})


def modify_db_proxy_target_group(self: Any) -> ActionResult:
    """Change the settings of the connection pool."""
    group, wanted = _group(self), self.params.get("ConnectionPoolConfig", {})
    for member, attribute in _POOL.items():
        if wanted.get(member) is not None:
            setattr(group, attribute, wanted[member])
    group.updated_date = utcnow()
    return ActionResult({"DBProxyTargetGroup": _described_group(group)})


def describe_db_proxy_target_groups(self: Any) -> ActionResult:
    """Return the target groups of a proxy: every proxy has one."""
    groups = [_group(self)]
    return ActionResult({"TargetGroups": [_described_group(group) for group in groups]})


def register_db_proxy_targets(self: Any) -> ActionResult:
    """Register clusters and instances."""
    group, backend, made = _group(self), self.backend, []
    for member, kind, known, missing in (
        ("DBClusterIdentifiers", "TRACKED_CLUSTER", backend.clusters, DBClusterNotFoundError),
        ("DBInstanceIdentifiers", "RDS_INSTANCE", backend.databases, DBInstanceNotFoundError),
    ):
        for name in self.params.get(member, []):
            if name not in known:
                raise missing(name)
            if group.targets or made:
                raise RDSClientError(
                    "DBProxyTargetAlreadyRegisteredFault",
                    f"The proxy {group.db_proxy_name} is already associated with a target: a proxy"
                    " has one.",
                )
            made.append(DBProxyTarget(backend, resource_id=name, endpoint=None, type=kind))
    group.targets.extend(made)
    return ActionResult({"DBProxyTargets": [*_described_targets(backend, made)]})


def deregister_db_proxy_targets(self: Any) -> EmptyResult:
    """Remove clusters and instances from the target group."""
    group, params = _group(self), self.params
    names = {*params.get("DBClusterIdentifiers", []), *params.get("DBInstanceIdentifiers", [])}
    missing = names - {target.rds_resource_id for target in group.targets}
    if missing:
        raise RDSClientError(
            "DBProxyTargetNotFoundFault",
            f"The proxy {group.db_proxy_name} has no target {min(missing)}.",
        )
    group.targets = [target for target in group.targets if target.rds_resource_id not in names]
    return EmptyResult()


def describe_db_proxy_targets(self: Any) -> ActionResult:
    """Return the targets, and the instances of a cluster that is one."""
    return ActionResult({"Targets": [*_described_targets(self.backend, _group(self).targets)]})


def _auth(wanted: list[Any], family: str) -> list[dict[str, Any]]:
    """Return *wanted* with RDS's defaults."""
    members = ("Description", "UserName", "AuthScheme", "SecretArn", "IAMAuth",
               "ClientPasswordAuthType")  # fmt: skip
    defaults = {
        "AuthScheme": "SECRETS",
        "IAMAuth": "DISABLED",
        "ClientPasswordAuthType": CLIENT_PASSWORDS.get(family),
    }
    given = [{name: one[name] for name in members if name in one} for one in wanted]
    return [{**defaults, **one} for one in given]


def proxy_of(self: Any) -> Any:
    """Return the proxy that a request names."""
    [proxy] = self.backend.describe_db_proxies(self.params["DBProxyName"])
    return proxy


def _group(self: Any) -> Any:
    proxy, name = proxy_of(self), self.params.get("TargetGroupName") or "default"
    if name not in proxy.proxy_target_groups:
        raise RDSClientError(
            "DBProxyTargetGroupNotFoundFault",
            f"The proxy {proxy.db_proxy_name} has no target group {name}.",
        )
    return proxy.proxy_target_groups[name]


def _described_group(group: Any) -> dict[str, Any]:
    pool = {member: getattr(group, attribute, None) for member, attribute in _POOL.items()}
    return {
        "DBProxyName": group.db_proxy_name,
        "TargetGroupName": group.target_group_name,
        "TargetGroupArn": group.arn,
        "IsDefault": True,
        "Status": "available",
        "ConnectionPoolConfig": pool,
        "CreatedDate": group.created_date,
        "UpdatedDate": group.updated_date,
    }


def _described_targets(backend: Any, targets: list[Any]) -> Iterator[dict[str, Any]]:
    for target in targets:
        name = target.rds_resource_id
        cluster, instance = backend.clusters.get(name), backend.databases.get(name)
        if target.type == "RDS_INSTANCE" and instance is not None:
            yield _described_target(instance, "READ_WRITE")
        elif target.type == "TRACKED_CLUSTER" and cluster is not None:
            yield {"RdsResourceId": name, "Type": target.type, "Port": cluster.port}
            for member in cluster.members:
                role = "READ_WRITE" if member.is_cluster_writer else "READ_ONLY"
                yield {**_described_target(member, role), "TrackedClusterId": name}


def _described_target(instance: Any, role: str) -> dict[str, Any]:
    return {
        "RdsResourceId": instance.db_instance_identifier,
        "Type": "RDS_INSTANCE",
        "Endpoint": instance.endpoint["Address"],
        "Port": instance.endpoint["Port"],
        "Role": role,
        "TargetHealth": {"State": "AVAILABLE"},
    }
