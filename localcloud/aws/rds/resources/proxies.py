"""RDS Proxy: proxies, their target group, targets and endpoints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localcloud.aws.rds.resources.clusters import IDENTIFIER, TAGS
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Mode,
    Naming,
    Op,
    Row,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

NAMES = {"name": "DBProxyName", "requireTls": "RequireTLS", "auths": "Auth"}
"""Input of a proxy -> member, for irregular names."""

CHANGED = {**NAMES, "name": "NewDBProxyName", "vpcSecurityGroupIds": "SecurityGroups"}
TARGET_GROUP = "default"
POOL = "connectionPoolConfig"


def proxy_name(context: Context) -> dict[str, str]:
    """Return the member with the current name: a change of the name keeps the id."""
    return {"DBProxyName": context.get("name") or context.id}


def proxy_ready(context: Context) -> None:
    """Wait until the proxy is available."""

    def status() -> bool:
        found = context.call("DescribeDBProxies", DBProxyName=context.get("name"))["DBProxies"]
        return found[0]["Status"] == "available"

    context.wait(f"the proxy {context.id} to become available", status)


def check_proxy(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of RDS Proxy's constraints across the inputs."""
    if inputs.get("defaultAuthScheme") != "IAM_AUTH" and inputs.get("auths") == []:
        yield CheckFailure("auths", "is empty: name a secret, or set defaultAuthScheme to IAM_AUTH")


PROXY = Row(
    type="aws:rds/proxy:Proxy",
    service="rds",
    inputs={
        **each(UPDATE, "defaultAuthScheme roleArn tags"),
        **each(REPLACE, "endpointNetworkType engineFamily region targetConnectionNetworkType"),
        "auths": Input(UPDATE, unordered=True),
        **{
            f"auths.{key}": Input(UPDATE, chosen_by_aws=True)
            for key in ("authScheme", "clientPasswordAuthType", "iamAuth")
        },
        "debugLogging": Input(UPDATE, reset=False),
        "idleClientTimeout": Input(UPDATE, limit=Limit(1, 28_800)),
        "name": Input(UPDATE, limit=IDENTIFIER),
        "requireTls": Input(UPDATE, reset=False),
        "vpcSecurityGroupIds": Input(UPDATE, unordered=True),
        "vpcSubnetIds": Input(REPLACE, unordered=True),
    },
    mode=Mode.OVERLAY,
    name=Naming(max_length=63, lower=True),
    create=Op(name="CreateDBProxy", rename=NAMES),
    id="DBProxy.DBProxyName",
    read=Op(name="DescribeDBProxies", extra=proxy_name, result="DBProxies[0]"),
    update=Op(
        name="ModifyDBProxy",
        rename=CHANGED,
        extra=lambda context: {"DBProxyName": context.olds["name"]},
    ),
    delete=Op(name="DeleteDBProxy", extra=proxy_name),
    wait_until_ready=proxy_ready,
    tags=TAGS,
    outputs={
        "arn": "DBProxyArn",
        "name": "DBProxyName",
        "requireTls": "RequireTLS",
    },
    check=check_proxy,
    time_limit=1800,
)


def change_group(context: Context) -> str:
    """Set the connection pool of the target group that every proxy has."""
    pool = context.inputs.get(POOL)
    if pool is not None:  # RDS keeps what is not sent
        whole = {"initQuery": "", "sessionPinningFilters": [], **pool}
        context = replace(context, inputs={**context.inputs, POOL: whole})
    context.call_with_inputs(
        Op(
            name="ModifyDBProxyTargetGroup",
            rename={"dbProxyName": "DBProxyName", POOL: "ConnectionPoolConfig"},
            fixed={"TargetGroupName": TARGET_GROUP},
        )
    )
    return context.inputs["dbProxyName"]


def check_pool(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of RDS Proxy's constraints on the connection pool."""
    pool = inputs.get(POOL)
    if isinstance(pool, dict):
        idle, total = pool.get("maxIdleConnectionsPercent"), pool.get("maxConnectionsPercent")
        if isinstance(idle, int | float) and isinstance(total, int | float) and idle > total:
            path = f"{POOL}.maxIdleConnectionsPercent"
            yield CheckFailure(
                path, f"is {idle:g}, above maxConnectionsPercent {total:g}: lower it"
            )


DEFAULT_TARGET_GROUP = Row(
    type="aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
    service="rds",
    inputs={
        **each(REPLACE, "dbProxyName region"),
        POOL: Input(UPDATE),
        f"{POOL}.connectionBorrowTimeout": Input(UPDATE, default=120, limit=Limit(0, 3600)),
        f"{POOL}.initQuery": Input(UPDATE),
        f"{POOL}.maxConnectionsPercent": Input(UPDATE, default=100, limit=Limit(1, 100)),
        f"{POOL}.maxIdleConnectionsPercent": Input(UPDATE, default=50, limit=Limit(0, 100)),
        f"{POOL}.sessionPinningFilters": Input(
            UPDATE, limit=Limit(one_of=("EXCLUDE_VARIABLE_SETS",))
        ),
    },
    mode=Mode.OVERLAY,
    create=change_group,
    check_operations=("ModifyDBProxyTargetGroup",),
    read=Op(
        name="DescribeDBProxyTargetGroups",
        keys={"DBProxyName": "id"},
        fixed={"TargetGroupName": TARGET_GROUP},
        result="TargetGroups[0]",
    ),
    update=change_group,
    delete=lambda _: None,  # it lives as long as its proxy
    outputs={"arn": "TargetGroupArn", "dbProxyName": "DBProxyName", "name": "TargetGroupName"},
    check=check_pool,
)

INSTANCE, CLUSTER = "RDS_INSTANCE", "TRACKED_CLUSTER"
IDENTIFIERS = {INSTANCE: "dbInstanceIdentifier", CLUSTER: "dbClusterIdentifier"}
"""Type of a target -> the input that names it."""


def target_members(properties: Properties) -> dict[str, Any]:
    """Return the members that name the target."""
    members: dict[str, Any] = {
        "DBProxyName": properties["dbProxyName"],
        "TargetGroupName": properties["targetGroupName"],
    }
    for key, member in (
        ("dbInstanceIdentifier", "DBInstanceIdentifiers"),
        ("dbClusterIdentifier", "DBClusterIdentifiers"),
    ):
        if properties.get(key):
            members[member] = [properties[key]]
    return members


def register(context: Context) -> str:
    """Register the cluster or the instance."""
    inputs = context.inputs
    made = context.call("RegisterDBProxyTargets", **target_members(inputs))["DBProxyTargets"][0]
    parts = (inputs["dbProxyName"], inputs["targetGroupName"], made["Type"], made["RdsResourceId"])
    return "/".join(parts)


def target_of(id_: str) -> dict[str, Any]:
    """Return the inputs in an id: `proxy/default/RDS_INSTANCE/instance`."""
    proxy, group, kind, name = (*id_.split("/", 3), "", "", "")[:4]
    return {"dbProxyName": proxy, "targetGroupName": group, IDENTIFIERS.get(kind, ""): name}


def read_target(context: Context) -> Properties | None:
    """Return the target."""
    wanted = target_of(context.id)
    group = {"DBProxyName": wanted["dbProxyName"], "TargetGroupName": wanted["targetGroupName"]}
    kind, name = context.id.split("/")[2:]
    for found in context.call("DescribeDBProxyTargets", **group)["Targets"]:
        if (found["Type"], found["RdsResourceId"]) == (kind, name):
            return {**found, **wanted}
    return None


def deregister(context: Context) -> None:
    """Remove the target from the target group."""
    context.delete_if_exists("DeregisterDBProxyTargets", **target_members(target_of(context.id)))


def check_target(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield a failure unless exactly one of cluster and instance is named."""
    keys = IDENTIFIERS.values()
    if all(inputs.get(key) for key in keys):
        yield CheckFailure("dbInstanceIdentifier", "conflicts with dbClusterIdentifier: set one")


TARGET = Row(
    type="aws:rds/proxyTarget:ProxyTarget",
    service="rds",
    inputs=each(
        REPLACE,
        "dbClusterIdentifier dbInstanceIdentifier dbProxyName region targetGroupName",
    ),
    mode=Mode.OVERLAY,
    create=register,
    from_id=target_of,
    read=read_target,
    delete=deregister,
    outputs={"trackedClusterId": "TrackedClusterId"},
    check=check_target,
)

ENDPOINT_NAMES = {
    "dbProxyEndpointName": "DBProxyEndpointName",
    "dbProxyName": "DBProxyName",
}


def endpoint_of(id_: str) -> dict[str, str]:
    """Return the names in an id: `proxy/endpoint`."""
    proxy, _, name = id_.partition("/")
    return {"dbProxyName": proxy, "dbProxyEndpointName": name}


ENDPOINT = Row(
    type="aws:rds/proxyEndpoint:ProxyEndpoint",
    service="rds",
    inputs={
        **each(REPLACE, "dbProxyName region"),
        "dbProxyEndpointName": Input(REPLACE, limit=IDENTIFIER),
        "tags": Input(UPDATE),
        "targetRole": Input(REPLACE, default="READ_WRITE"),
        "vpcSecurityGroupIds": Input(UPDATE, unordered=True),
        "vpcSubnetIds": Input(REPLACE, unordered=True),
    },
    mode=Mode.OVERLAY,
    create=Op(name="CreateDBProxyEndpoint", rename=ENDPOINT_NAMES),
    id=lambda _, answer: "{DBProxyName}/{DBProxyEndpointName}".format_map(
        answer["DBProxyEndpoint"]
    ),
    from_id=endpoint_of,
    read=Op(
        name="DescribeDBProxyEndpoints",
        extra=lambda context: {
            "DBProxyEndpointName": endpoint_of(context.id)["dbProxyEndpointName"]
        },
        result="DBProxyEndpoints[0]",
    ),
    update=Op(
        name="ModifyDBProxyEndpoint",
        only="vpcSecurityGroupIds",
        extra=lambda context: {
            "DBProxyEndpointName": endpoint_of(context.id)["dbProxyEndpointName"]
        },
    ),
    delete=Op(name="DeleteDBProxyEndpoint", keys={"DBProxyEndpointName": "dbProxyEndpointName"}),
    tags=TAGS,
    outputs={
        "arn": "DBProxyEndpointArn",
        "dbProxyEndpointName": "DBProxyEndpointName",
        "dbProxyName": "DBProxyName",
    },
    time_limit=1800,
)

ROWS = (PROXY, DEFAULT_TARGET_GROUP, TARGET, ENDPOINT)
