"""Examples of rules of security groups."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.ec2 import ENDPOINT, GROUP, VPC, another

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"

ports = itertools.count(8000)
"""Two equal rules in one group are refused."""


def ingress(stage: Stage) -> dict:
    port = next(ports)
    return {
        "securityGroupId": stage.make(GROUP)["id"],
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "cidrIpv4": "10.0.0.0/8",
        "description": "from inside",
        "tags": {"Name": "example"},
    }


def source(stage: Stage, key: str, *, other: bool) -> str:
    """Return a value of the source *key* of a rule, or another one."""
    match key:
        case "cidrIpv6":
            return f"2001:db8:{int(other)}::/64"
        case "prefixListId":
            inputs = {
                "vpcId": stage.make(VPC)["id"],
                "serviceName": f"com.amazonaws.eu-west-1.{'dynamodb' if other else 's3'}",
            }
            name = f"prefixes-{stage.number()}"
            return stage.create(ENDPOINT, inputs, name=name).outputs["prefixListId"]
        case _:
            return another(stage, GROUP, {"vpcId": stage.make(VPC)["id"]})


def egress(stage: Stage) -> dict:
    return {
        "securityGroupId": another(stage, GROUP, {"vpcId": stage.make(VPC)["id"]}),
        "ipProtocol": "-1",
        "cidrIpv4": "0.0.0.0/0",
    }


def with_source(inputs: dict, stage: Stage, key: str) -> dict:
    """Return the inputs of a rule with the source *key* in place of its own."""
    found = {name: value for name, value in inputs.items() if name != "cidrIpv4"}
    return {**found, key: source(stage, key, other=False)}


def sourced(key: str) -> tuple[Example, ...]:
    """Return examples of rules with another kind of source."""
    return (
        Example(
            type=INGRESS,
            variant=key,
            inputs=lambda stage: with_source(ingress(stage), stage, key),
            values=lambda stage: {key: source(stage, key, other=True)},
        ),
        Example(
            type=EGRESS,
            variant=key,
            inputs=lambda stage: with_source(egress(stage), stage, key),
            values=lambda stage: {key: source(stage, key, other=True)},
        ),
    )


EXAMPLES = (
    *sourced("cidrIpv6"),
    *sourced("prefixListId"),
    *sourced("referencedSecurityGroupId"),
    Example(
        type=INGRESS,
        inputs=ingress,
        outputs={"cidrIpv4": "10.0.0.0/8", "description": "from inside"},
        update={"cidrIpv4": "10.1.0.0/16", "description": None, "tags": {"Name": "changed"}},
        kept="cidrIpv4 fromPort toPort",
        bad={"fromPort": 99_999, "prefixListId": "pl-1"},
    ),
    Example(
        type=EGRESS,
        inputs=egress,
        values=lambda _: {"cidrIpv4": "10.0.0.0/8"},
        update={"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "tags": {"Name": "changed"}},
        kept="cidrIpv4",
        together=("ipProtocol fromPort toPort",),
        bad={"fromPort": 443, "cidrIpv4": "everywhere"},
    ),
)
