"""Tests of policy.rules.general.discovery."""

from policy.rules.general.discovery import service_connect_timeouts, service_zone_private
from policy.testing import check, check_stack, resource, stack, unknown
from tests.policy.rules.samples.dns import balancer, record, to, zone


def test_service_connect_timeouts():
    def connected(**timeout):
        service = {"portName": "http", "discoveryName": "orders", "timeout": timeout}
        return {"serviceConnectConfiguration": {"enabled": True, "services": [service]}}

    off = {"enabled": False, "services": [{"portName": "http"}]}
    check(
        service_connect_timeouts,
        "aws:ecs/service:Service",
        {"name": "orders", "desiredCount": 2} | connected(perRequestTimeoutSeconds=5),
        kept=[
            connected(idleTimeoutSeconds=60),
            connected(perRequestTimeoutSeconds=unknown),
            {"serviceConnectConfiguration": {"enabled": True}},
            {"serviceConnectConfiguration": off},
            {"serviceConnectConfiguration": None},
        ],
        broken=[
            connected(),
            connected(perRequestTimeoutSeconds=0),
            connected(perRequestTimeoutSeconds=5, idleTimeoutSeconds=0),
        ],
        unknown_at=["serviceConnectConfiguration"],
    )


def test_service_zone_private():
    private = {"vpcs": [{"vpcId": "vpc-1"}, {"vpcId": "vpc-2"}]}
    found = {"tags": {"purpose": "service-discovery"}}
    internal = [record(**to("internal-shop.elb.amazonaws.com")), balancer(internal=True)]
    public = resource(
        "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace", "namespace", {"id": "ns-1"}
    )
    registry = resource(
        "aws:servicediscovery/service:Service",
        "registry",
        {"arn": "arn:registry", "dnsConfig": {"namespaceId": "ns-1"}},
    )
    service = resource(
        "aws:ecs/service:Service", "orders", {"serviceRegistries": {"registryArn": "arn:registry"}}
    )
    check_stack(
        service_zone_private,
        kept=[
            stack(zone()),
            stack(zone(**found, **private)),
            stack(zone(**found, vpcs=unknown)),
            stack(zone(**private), *internal),
            stack(zone(), record(**to("shop.elb.amazonaws.com")), balancer(internal=True)),
            stack(service, registry),
        ],
        broken=[
            stack(zone(**found)),
            stack(zone(), *internal),
            stack(service, registry, public),
        ],
    )
