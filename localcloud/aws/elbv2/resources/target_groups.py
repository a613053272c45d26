"""Elastic Load Balancing: target groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.elbv2.resources.load_balancers import TAGS, attributes, attributes_now
from localcloud.provider.row import (
    REPLACE,
    UNSET,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

GROUP = {
    "connectionTermination": ("deregistration_delay.connection_termination.enabled", False),
    "deregistrationDelay": ("deregistration_delay.timeout_seconds", 300),
    "lambdaMultiValueHeadersEnabled": ("lambda.multi_value_headers.enabled", False),
    "loadBalancingAlgorithmType": ("load_balancing.algorithm.type", "round_robin"),
    "loadBalancingAnomalyMitigation": ("load_balancing.algorithm.anomaly_mitigation", "off"),
    "loadBalancingCrossZoneEnabled": (
        "load_balancing.cross_zone.enabled",
        "use_load_balancer_configuration",
    ),
    "preserveClientIp": ("preserve_client_ip.enabled", True),
    "proxyProtocolV2": ("proxy_protocol_v2.enabled", False),
    "slowStart": ("slow_start.duration_seconds", 0),
    "stickiness.cookieName": ("stickiness.app_cookie.cookie_name", ""),
    "stickiness.enabled": ("stickiness.enabled", False),
    "stickiness.type": ("stickiness.type", "lb_cookie"),
    "targetGroupHealth.dnsFailover.minimumHealthyTargetsCount": (
        "target_group_health.dns_failover.minimum_healthy_targets.count",
        "1",
    ),
    "targetGroupHealth.dnsFailover.minimumHealthyTargetsPercentage": (
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        "off",
    ),
    "targetGroupHealth.unhealthyStateRouting.minimumHealthyTargetsCount": (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        1,
    ),
    "targetGroupHealth.unhealthyStateRouting.minimumHealthyTargetsPercentage": (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        "off",
    ),
}
"""Input of a target group -> attribute and its default."""

HEALTH_CHECK = {
    "enabled": "HealthCheckEnabled",
    "healthyThreshold": "HealthyThresholdCount",
    "interval": "HealthCheckIntervalSeconds",
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "timeout": "HealthCheckTimeoutSeconds",
    "unhealthyThreshold": "UnhealthyThresholdCount",
}
"""Field of a health check -> member."""

HEALTH_CHECK_DEFAULTS = {
    "enabled": True,
    "healthyThreshold": 3,
    "interval": 30,
    "unhealthyThreshold": 3,
}
DEFAULTS_OF_ADDRESSES = {"port": "traffic-port", "protocol": "HTTP"}
"""Defaults of a health check; the second for targets other than functions."""

COOKIE_SECONDS = 86_400


def health_check(inputs: Properties) -> dict[str, Any]:
    """Return the health check of a target group with AWS's names."""
    if not (written := inputs.get("healthCheck")):
        return {}
    block = {**HEALTH_CHECK_DEFAULTS, **DEFAULTS_OF_ADDRESSES, **written}
    if inputs.get("targetType") == "lambda":
        block = {name: value for name, value in block.items() if name not in DEFAULTS_OF_ADDRESSES}
    wanted = {member: block[name] for name, member in HEALTH_CHECK.items() if name in block}
    if "port" in block:
        wanted["HealthCheckPort"] = str(block["port"])
    if matcher := block.get("matcher"):
        grpc = inputs.get("protocolVersion") == "GRPC"
        wanted["Matcher"] = {"GrpcCode" if grpc else "HttpCode": str(matcher)}
    return wanted


def set_group_attributes(context: Context) -> None:
    """Set the attributes of a target group."""
    wanted = attributes(context.inputs, GROUP, context.changed)
    block = context.inputs.get("stickiness") or {}
    if "stickiness" in context.changed or ("cookieDuration" in block and not context.changed):
        kind = "app_cookie" if block.get("type") == "app_cookie" else "lb_cookie"
        key = f"stickiness.{kind}.duration_seconds"
        seconds = block.get("cookieDuration", COOKIE_SECONDS)
        wanted.append({"Key": key, "Value": str(seconds)})
    if wanted:
        context.call("ModifyTargetGroupAttributes", TargetGroupArn=context.id, Attributes=wanted)


def create_group(context: Context) -> str:
    """Create a target group and set its attributes."""
    only = """ipAddressType name port protocol protocolVersion targetControlPort targetType vpcId"""
    op = Op(name="CreateTargetGroup", only=only, fixed=health_check(context.inputs))
    context.id = context.call_with_inputs(op)["TargetGroups"][0]["TargetGroupArn"]
    set_group_attributes(context)
    return context.id


def change_group(context: Context) -> None:
    """Change the health check and the attributes."""
    wanted = health_check(context.inputs)
    if "healthCheck" in context.changed and wanted:
        context.call("ModifyTargetGroup", TargetGroupArn=context.id, **wanted)
    set_group_attributes(context)


def read_group(context: Context) -> Properties | None:
    """Return the target group and its attributes."""
    found = context.call("DescribeTargetGroups", TargetGroupArns=[context.id])["TargetGroups"]
    if not found:
        return None
    asked = context.call("DescribeTargetGroupAttributes", TargetGroupArn=context.id)["Attributes"]
    now = attributes_now(GROUP, asked)
    kind = "app_cookie" if now.get("stickiness", {}).get("type") == "app_cookie" else "lb_cookie"
    duration = {"stickiness.cookieDuration": (f"stickiness.{kind}.duration_seconds", None)}
    if found[0].get("TargetType") == "lambda":
        now.pop("deregistrationDelay", None)  # moto answers it for every type
    sticky = attributes_now(duration, asked).get("stickiness", {})
    return {**found[0], **now, "stickiness": {**now.get("stickiness", {}), **sticky}}


def group_outputs(context: Context, found: Properties) -> Properties:
    """Return attributes and health check in the form of the SDK."""
    return {
        "arnSuffix": context.id.rsplit(":", 1)[-1],
        "healthCheck": health_check_now(context, found),
    }


def health_check_now(context: Context, found: Properties) -> dict[str, Any]:
    """Return the health check, limited to the program's fields if it has one."""
    now = {name: found[member] for name, member in HEALTH_CHECK.items() if member in found}
    for code in (found.get("Matcher") or {}).values():
        now["matcher"] = code
    written = context.get("healthCheck")
    return {name: now.get(name, value) for name, value in written.items()} if written else now


def delay(inputs: Properties) -> Any:
    """Return the default deregistration delay; functions have none."""
    return UNSET if inputs.get("targetType") == "lambda" else 300


def check_group(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ELB's constraints across the inputs of a target group."""
    name = inputs.get("name")
    if isinstance(name, str) and name != name.strip("-"):
        yield CheckFailure("name", f'is "{name}": it must not begin or end with a hyphen')
    check = inputs.get("healthCheck")
    if not isinstance(check, dict):
        return
    interval, timeout = check.get("interval", 30), check.get("timeout", 5)
    if isinstance(interval, int) and isinstance(timeout, int) and timeout >= interval:
        want = f"make it smaller than the interval of {interval} seconds"
        yield CheckFailure("healthCheck.timeout", f"is {timeout}: {want}")
    if inputs.get("protocol") in {"HTTP", "HTTPS"} and check.get("path", "/")[:1] != "/":
        yield CheckFailure("healthCheck.path", f'is "{check["path"]}": begin it with "/"')


TARGET_GROUP = Row(
    type="aws:lb/targetGroup:TargetGroup",
    service="elbv2",
    inputs={
        **each(
            UPDATE,
            """connectionTermination healthCheck lambdaMultiValueHeadersEnabled
            loadBalancingAlgorithmType loadBalancingAnomalyMitigation
            loadBalancingCrossZoneEnabled preserveClientIp proxyProtocolV2
            stickiness tags targetGroupHealth""",
        ),
        **each(
            REPLACE,
            """ipAddressType namePrefix protocol protocolVersion region targetControlPort
            vpcId""",
        ),
        "targetType": Input(REPLACE, default="instance"),
        "deregistrationDelay": Input(UPDATE, default=delay, limit=Limit(0, 3600)),
        "healthCheck.healthyThreshold": Input(UPDATE, default=3, limit=Limit(2, 10)),
        "healthCheck.interval": Input(UPDATE, default=30, limit=Limit(5, 300)),
        "healthCheck.protocol": Input(
            UPDATE, default="HTTP", limit=Limit(one_of=("HTTP", "HTTPS", "TCP"))
        ),
        "healthCheck.matcher": Input(UPDATE, chosen_by_aws=True),
        "healthCheck.path": Input(UPDATE, chosen_by_aws=True),
        "healthCheck.timeout": Input(UPDATE, limit=Limit(2, 120), chosen_by_aws=True),
        "healthCheck.unhealthyThreshold": Input(UPDATE, default=3, limit=Limit(2, 10)),
        "slowStart": Input(UPDATE, limit=Limit(0, 900)),
        "stickiness.type": Input(
            UPDATE,
            limit=Limit(
                one_of=(
                    "lb_cookie",
                    "app_cookie",
                    "source_ip",
                    "source_ip_dest_ip",
                    "source_ip_dest_ip_proto",
                )
            ),
        ),
        "targetFailovers": Input(UPDATE, supported=False),
        "targetHealthStates": Input(UPDATE, supported=False),
        "name": Input(REPLACE, limit=Limit(max_length=32, pattern="[A-Za-z0-9-]+")),
        "port": Input(REPLACE, limit=Limit(1, 65_535)),
        "healthCheck.enabled": Input(UPDATE, default=True),
        "healthCheck.port": Input(UPDATE, default="traffic-port"),
        "stickiness.cookieDuration": Input(UPDATE, default=86_400),
        "stickiness.enabled": Input(UPDATE, default=True),
    },
    name=Naming(max_length=32),
    create=create_group,
    read=read_group,
    update=change_group,
    delete=Op(name="DeleteTargetGroup", keys={"TargetGroupArn": "id"}),
    tags=TAGS,
    computed=group_outputs,
    check=check_group,
    check_operations=("CreateTargetGroup",),
)

ROWS = (TARGET_GROUP,)
