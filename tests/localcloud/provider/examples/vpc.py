"""Examples of rules of security groups."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.ec2 import GROUP

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

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


EXAMPLES = (
    Example(
        type="aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        inputs=ingress,
        outputs={"cidrIpv4": "10.0.0.0/8", "description": "from inside"},
        update={"cidrIpv4": "10.1.0.0/16", "description": None, "tags": {"Name": "changed"}},
        kept="cidrIpv4 fromPort toPort",
        bad={"fromPort": 99_999, "prefixListId": "pl-1"},
    ),
    Example(
        type="aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        inputs=lambda stage: {
            "securityGroupId": stage.create(
                GROUP, {"vpcId": stage.make("aws:ec2/vpc:Vpc")["id"]}, name=f"out-{next(ports)}"
            ).id,
            "ipProtocol": "-1",
            "cidrIpv4": "0.0.0.0/0",
        },
        update={"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "tags": {"Name": "changed"}},
        kept="cidrIpv4",
        together=("ipProtocol fromPort toPort",),
        bad={"fromPort": 443, "cidrIpv4": "everywhere"},
    ),
)
