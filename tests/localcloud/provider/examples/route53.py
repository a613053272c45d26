"""Examples of zones and records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.ec2 import VPC, fresh_vpc
from tests.localcloud.provider.examples.lb import BALANCER

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

ZONE = "aws:route53/zone:Zone"


def alias(stage: Stage) -> dict:
    balancer = stage.make(BALANCER)
    target = {
        "name": balancer["dnsName"],
        "zoneId": balancer["zoneId"],
        "evaluateTargetHealth": True,
    }
    return {
        "zoneId": stage.make(ZONE)["zoneId"],
        "name": "shop.example.com",
        "type": "A",
        "aliases": [target],
    }


def routed(policy: str, value: object) -> tuple[Example, ...]:
    """Return the example of a record that gets a routing policy."""
    return (
        Example(
            type="aws:route53/record:Record",
            variant=policy,
            inputs=lambda stage: {
                "zoneId": stage.make(ZONE)["zoneId"],
                "name": f"{policy.lower()}.example.com",
                "type": "A",
                "ttl": 60,
                "records": ["127.0.0.1"],
            },
            values=lambda _: {"setIdentifier": "first", policy: value},
            together=(f"setIdentifier {policy}",),
        ),
    )


EXAMPLES = (
    Example(
        type=ZONE,
        inputs=lambda _: {
            "name": "example.com",
            "forceDestroy": True,
            "tags": {"kind": "example"},
        },
        outputs={"name": "example.com", "comment": "Managed by Pulumi"},
        update={"comment": "Changed", "tags": {"kind": "changed"}},
        optional=lambda _: {"comment": "Changed"},
        bad={"name": "no spaces", "comment": "x" * 257},
    ),
    Example(
        type=ZONE,
        variant="private",
        inputs=lambda stage: {"name": "internal", "vpcs": [{"vpcId": stage.make(VPC)["id"]}]},
        values=lambda stage: {"vpcs": [{"vpcId": fresh_vpc(stage)}]},
    ),
    Example(
        type="aws:route53/record:Record",
        inputs=alias,
        outputs={"fqdn": "shop.example.com"},
        update={"aliases": None, "records": ["127.0.0.1"], "ttl": 60},
        together=("aliases records ttl",),
        kept="aliases",
        bad={"type": "B", "ttl": 60},
    ),
    *routed("failoverRoutingPolicies", [{"type": "PRIMARY"}]),
    *routed("geolocationRoutingPolicies", [{"country": "DE"}]),
    *routed("latencyRoutingPolicies", [{"region": "eu-west-1"}]),
    *routed("multivalueAnswerRoutingPolicy", True),  # noqa: FBT003 - the value of an input
    *routed("weightedRoutingPolicies", [{"weight": 10}]),
)
