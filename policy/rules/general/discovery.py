"""Rules on service discovery."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.resource import value_at
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_missing, is_true, number

PUBLIC_DNS_NAMESPACE = "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace"


@rule(aws.CLOUD_MAP_SERVICE)
@classify("architecture", "architecture", "medium", "mandatory")
def discovery_service_has_health_check(service: Resource) -> Messages:
    """Services in a discovery namespace must have a health check.

    Without a health check, failed instances stay registered and receive requests.
    """
    custom = service.props.get("healthCheckCustomConfig")
    if service.is_missing("healthCheckConfig") and custom is None:
        yield (
            f"The discovery service '{service.name}' must have a health check: set"
            " health_check_config or health_check_custom_config."
        )


@rule(aws.DYNAMODB_TABLE, params={"purposes": ["service-discovery"]})
@classify("architecture", "architecture", "medium", "mandatory")
def discovery_table_stream_on(table: Resource) -> Messages:
    """Service discovery tables must have a stream.

    Caches of the table need its stream to learn about changed addresses.
    """
    purpose = table.tag(table.settings.purpose_tag)
    if not isinstance(purpose, str) or purpose not in table.params["purposes"]:
        return
    enabled, view = table.get("streamEnabled"), table.get("streamViewType")
    is_on = enabled is UNKNOWN or is_true(enabled)
    if not is_on or view not in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES", UNKNOWN):
        yield (
            f"The table '{table.name}' must have a stream: set stream_enabled=True and"
            ' stream_view_type to "NEW_IMAGE" or "NEW_AND_OLD_IMAGES".'
        )


@rule(aws.ECS_SERVICE)
@classify("architecture", "architecture", "low", "advisory")
def service_connect_timeouts(service: Resource) -> Messages:
    """Services behind Service Connect must have a request timeout.

    Without a request timeout, callers wait as long as an unresponsive service does.
    """
    if not is_true(service.get("serviceConnectConfiguration.enabled")):
        return
    for one in service.entries("serviceConnectConfiguration.services"):
        limits = [
            value_at(one, f"timeout.{key}")
            for key in ("perRequestTimeoutSeconds", "idleTimeoutSeconds")
        ]
        stated = [limit for limit in limits if not is_missing(limit)]
        if not stated or any(number(limit) == 0 for limit in stated):
            yield (
                f"The port '{one.get('portName')}' of the service '{service.name}' must have a"
                " request timeout: set timeout.per_request_timeout_seconds above 0 in"
                " service_connect_configuration.services."
            )


@stack_rule(
    aws.DNS_ZONE,
    aws.DNS_RECORD,
    aws.LOAD_BALANCER,
    aws.CLOUD_MAP_SERVICE,
    PUBLIC_DNS_NAMESPACE,
    aws.ECS_SERVICE,
    params={"purposes": ["service-discovery"]},
)
@classify("security", "edge", "medium", "mandatory")
def service_zone_private(stack: Stack) -> Findings:
    """Service discovery zones must be private.

    A public zone reveals the names of internal services.
    """
    for zone in stack.of_type(aws.DNS_ZONE):
        if not zone.all("vpcs.vpcId") and _is_internal(stack, zone):
            yield zone.finding(
                f"The zone '{zone.name}' must be private, because it contains internal services:"
                " set vpcs.vpc_id."
            )
    for service in stack.of_type(aws.ECS_SERVICE):
        for registry in stack.references(
            service, "serviceRegistries.registryArn", aws.CLOUD_MAP_SERVICE
        ):
            if stack.references(registry, "dnsConfig.namespaceId", PUBLIC_DNS_NAMESPACE):
                yield service.finding(
                    f"The ECS service '{service.name}' must not register in a public namespace:"
                    f" set dns_config.namespace_id of '{registry.name}' to a private namespace."
                )


def _is_internal(stack: Stack, zone: Resource) -> bool:
    settings = stack.settings
    if zone.tag(settings.purpose_tag) in stack.params["purposes"]:
        return True
    balancers = [one for one in stack.of_type(aws.LOAD_BALANCER) if is_true(one.get("internal"))]
    return any(
        stack.refers_to(record, path, balancer)
        for record in stack.referrers("zoneId", zone, aws.DNS_RECORD)
        for balancer in balancers
        for path in ("aliases.name", "records")
    )
