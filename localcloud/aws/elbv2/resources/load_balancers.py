"""Elastic Load Balancing: load balancers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.cloud import AwsError
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
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

APPLICATION = "application"
TAGS = Tagging(
    tag="AddTags",
    untag="RemoveTags",
    read="DescribeTags",
    result="TagDescriptions[0].Tags",
    keys={"ResourceArns": "id"},
)

BALANCER = {
    "accessLogs.bucket": ("access_logs.s3.bucket", ""),
    "accessLogs.enabled": ("access_logs.s3.enabled", False),
    "accessLogs.prefix": ("access_logs.s3.prefix", ""),
    "clientKeepAlive": ("client_keep_alive.seconds", 3600),
    "connectionLogs.bucket": ("connection_logs.s3.bucket", ""),
    "connectionLogs.enabled": ("connection_logs.s3.enabled", False),
    "connectionLogs.prefix": ("connection_logs.s3.prefix", ""),
    "desyncMitigationMode": ("routing.http.desync_mitigation_mode", "defensive"),
    "dnsRecordClientRoutingPolicy": ("dns_record.client_routing_policy", "any_availability_zone"),
    "dropInvalidHeaderFields": ("routing.http.drop_invalid_header_fields.enabled", False),
    "enableCrossZoneLoadBalancing": ("load_balancing.cross_zone.enabled", False),
    "enableDeletionProtection": ("deletion_protection.enabled", False),
    "enableHttp2": ("routing.http2.enabled", True),
    "enableTlsVersionAndCipherSuiteHeaders": (
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        False,
    ),
    "enableWafFailOpen": ("waf.fail_open.enabled", False),
    "enableXffClientPort": ("routing.http.xff_client_port.enabled", False),
    "enableZonalShift": ("zonal_shift.config.enabled", False),
    "idleTimeout": ("idle_timeout.timeout_seconds", 60),
    "preserveHostHeader": ("routing.http.preserve_host_header.enabled", False),
    "secondaryIpsAutoAssignedPerSubnet": ("secondary_ips.auto_assigned.per_subnet", 0),
    "xffHeaderProcessingMode": ("routing.http.xff_header_processing.mode", "append"),
}
"""Input of a load balancer -> attribute and its default."""


def for_application(*, value: Any) -> Callable[[Properties], Any]:
    """Return *value* as a default of application load balancers only."""

    def default(inputs: Properties) -> Any:
        return value if inputs.get("loadBalancerType", APPLICATION) == APPLICATION else UNSET

    return default


def text(value: Any) -> str:
    """Return *value* as an attribute's string."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def value_at(inputs: Properties, path: str) -> Any:
    """Return the input at *path*; `stickiness.enabled` defaults to true in a given block."""
    value: Any = inputs
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None and path == "stickiness.enabled" and inputs.get("stickiness"):
        return True
    return value


def attributes(
    inputs: Properties, known: Mapping[str, tuple[str, Any]], changed: Iterable[str] = ()
) -> list[dict[str, str]]:
    """Return the attributes to set: those of the program, and defaults of dropped ones."""
    wanted: dict[str, str] = {}
    for path, (attribute, default) in known.items():
        value = value_at(inputs, path)
        if changed and path.split(".")[0] not in changed:
            continue
        if value is not None or changed:
            wanted[attribute] = text(default if value is None else value)
    if wanted.get("access_logs.s3.enabled") == "false":
        wanted = {k: v for k, v in wanted.items() if k != "access_logs.s3.bucket"}
    return [{"Key": key, "Value": value} for key, value in wanted.items() if value != ""]


def attributes_now(
    known: Mapping[str, tuple[str, Any]], answered: Iterable[Mapping[str, str]]
) -> dict[str, Any]:
    """Return the attributes that AWS answered as inputs of the SDK."""
    now = {item["Key"]: item["Value"] for item in answered}
    found: dict[str, Any] = {}
    for path, (attribute, _) in known.items():
        if attribute in now:
            *outer, key = path.split(".")
            block = found
            for name in outer:
                block = block.setdefault(name, {})
            block[key] = now[attribute]
    return found


def create_balancer(context: Context) -> str:
    """Create a load balancer and set its attributes."""
    internal = context.inputs.get("internal", False)
    op = Op(
        name="CreateLoadBalancer",
        only="""customerOwnedIpv4Pool ipAddressType loadBalancerType name securityGroups
            subnetMappings subnets""",
        rename={"loadBalancerType": "Type"},
        fixed={"Scheme": "internal" if internal else "internet-facing"},
    )
    context.id = context.call_with_inputs(op)["LoadBalancers"][0]["LoadBalancerArn"]
    if wanted := attributes(context.inputs, BALANCER):
        context.call("ModifyLoadBalancerAttributes", LoadBalancerArn=context.id, Attributes=wanted)
    return context.id


def change_balancer(context: Context) -> None:
    """Change attributes, subnets, security groups and the IP address type."""
    wanted = attributes(context.inputs, BALANCER, context.changed)
    if wanted:
        context.call("ModifyLoadBalancerAttributes", LoadBalancerArn=context.id, Attributes=wanted)
    for operation, names in {
        "SetSubnets": "subnets subnetMappings",
        "SetSecurityGroups": "securityGroups",
        "SetIpAddressType": "ipAddressType",
    }.items():
        given = [n for n in names.split() if n in context.changed and n in context.inputs]
        if given:
            context.call_with_inputs(
                Op(name=operation, keys={"LoadBalancerArn": "id"}, only=" ".join(given))
            )


def ready(context: Context) -> None:
    """Wait until the load balancer is active."""
    context.wait("the load balancer to become active", lambda: state(context) == "active")


def state(context: Context) -> str:
    """Return the state of the load balancer."""
    found = context.call("DescribeLoadBalancers", LoadBalancerArns=[context.id])
    return found["LoadBalancers"][0]["State"]["Code"]


def read_balancer(context: Context) -> Properties | None:
    """Return the load balancer and its attributes."""
    found = context.call("DescribeLoadBalancers", LoadBalancerArns=[context.id])["LoadBalancers"]
    if not found:
        return None
    asked = context.call("DescribeLoadBalancerAttributes", LoadBalancerArn=context.id)
    return {**found[0], **attributes_now(BALANCER, asked["Attributes"])}


def balancer_outputs(context: Context, found: Properties) -> Properties:
    """Return the outputs whose form differs from AWS's response."""
    zones = found.get("AvailabilityZones", [])
    return {
        "subnetMappings": [{"subnetId": zone["SubnetId"]} for zone in zones],
        "arnSuffix": context.id.rsplit("loadbalancer/", 1)[-1],
        "internal": found.get("Scheme") == "internal",
        "subnets": [zone["SubnetId"] for zone in zones],
    }


def remove_balancer(context: Context) -> None:
    """Delete the load balancer; raise if deletion protection is enabled."""
    found = context.call("DescribeLoadBalancerAttributes", LoadBalancerArn=context.id)
    protection = {"Key": "deletion_protection.enabled", "Value": "true"}
    if protection in found["Attributes"]:
        raise AwsError(
            "DeleteLoadBalancer",
            "OperationNotPermitted",
            "the load balancer is protected: deploy it with enableDeletionProtection false first",
        )
    context.call("DeleteLoadBalancer", LoadBalancerArn=context.id)


def check_balancer(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ELB's constraints across the inputs of a load balancer."""
    name = inputs.get("name")
    if isinstance(name, str) and (name.startswith("internal-") or name != name.strip("-")):
        yield CheckFailure(
            "name", f'is "{name}": it must not begin with "internal-" or end in a hyphen'
        )
    application = inputs.get("loadBalancerType", "application") == "application"
    subnets = inputs.get("subnets")
    if application and isinstance(subnets, list) and len(set(subnets)) == 1:
        yield CheckFailure("subnets", "names one subnet: give subnets in two zones at least")
    if inputs.get("subnets") and inputs.get("subnetMappings"):
        yield CheckFailure("subnetMappings", "conflicts with subnets: set one of them")


LOAD_BALANCER = Row(
    type="aws:lb/loadBalancer:LoadBalancer",
    served_in_one_region=True,
    service="elbv2",
    inputs={
        **each(
            UPDATE,
            """accessLogs connectionLogs dropInvalidHeaderFields
            enableCrossZoneLoadBalancing enableDeletionProtection
            enableTlsVersionAndCipherSuiteHeaders enableWafFailOpen enableXffClientPort
            enableZonalShift ipAddressType preserveHostHeader
            secondaryIpsAutoAssignedPerSubnet subnetMappings tags""",
        ),
        "enableHttp2": Input(UPDATE, default=for_application(value=True)),
        **each(REPLACE, "internal namePrefix region"),
        "dnsRecordClientRoutingPolicy": Input(UPDATE, reset="any_availability_zone"),
        "loadBalancerType": Input(
            REPLACE,
            default=APPLICATION,
            limit=Limit(one_of=(APPLICATION, "network", "gateway")),
            supported_values=(APPLICATION, "network"),
        ),
        "clientKeepAlive": Input(
            UPDATE, default=for_application(value=3600), limit=Limit(60, 604_800)
        ),
        "desyncMitigationMode": Input(
            UPDATE,
            default=for_application(value="defensive"),
            limit=Limit(one_of=("monitor", "defensive", "strictest")),
        ),
        "idleTimeout": Input(UPDATE, default=for_application(value=60), limit=Limit(1, 4000)),
        "xffHeaderProcessingMode": Input(
            UPDATE,
            default=for_application(value="append"),
            limit=Limit(one_of=("append", "preserve", "remove")),
        ),
        "securityGroups": Input(UPDATE, unordered=True),
        "subnets": Input(UPDATE, unordered=True),
        "enablePrefixForIpv6SourceNat": Input(UPDATE, supported=False),
        "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": Input(UPDATE, supported=False),
        "healthCheckLogs": Input(UPDATE, supported=False),
        "ipamPools": Input(UPDATE, supported=False),
        "minimumLoadBalancerCapacity": Input(UPDATE, supported=False),
        "name": Input(REPLACE, limit=Limit(max_length=32, pattern="[A-Za-z0-9-]+")),
        "customerOwnedIpv4Pool": Input(REPLACE, supported=False),
    },
    name=Naming(max_length=32),
    create=create_balancer,
    read=read_balancer,
    update=change_balancer,
    delete=remove_balancer,
    wait_until_ready=ready,
    tags=TAGS,
    outputs={"loadBalancerType": "Type", "zoneId": "CanonicalHostedZoneId"},
    computed=balancer_outputs,
    check=check_balancer,
    check_operations=("CreateLoadBalancer",),
    time_limit=600,
)

ROWS = (LOAD_BALANCER,)
