"""Examples of key pairs, tags and network ACLs."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.ec2 import SUBNET, VPC, another, fresh_vpc, subnet

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

ACL = "aws:ec2/networkAcl:NetworkAcl"
KEY = Ed25519PrivateKey.generate().public_key()
PUBLIC_KEY = KEY.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
HTTPS = {
    "ruleNo": 100,
    "action": "allow",
    "protocol": "tcp",
    "fromPort": 443,
    "toPort": 443,
    "cidrBlock": "0.0.0.0/0",
}
ALL = {**HTTPS, "protocol": "-1", "fromPort": 0, "toPort": 0}
PING = {**ALL, "ruleNo": 300, "protocol": "icmp", "icmpType": 8, "icmpCode": -1}
numbers = itertools.count(200)


def acl(stage: Stage) -> dict:
    return {
        "vpcId": stage.make(VPC)["id"],
        "subnetIds": [another(stage, SUBNET, subnet(stage))],
        "ingress": [HTTPS],
        "egress": [ALL],
        "tags": {"Name": "example"},
    }


def default_acl(stage: Stage) -> dict:
    vpc = stage.create(VPC, {"cidrBlock": "10.96.0.0/16"}, name=f"vpc-{stage.number()}")
    return {
        "defaultNetworkAclId": vpc.outputs["defaultNetworkAclId"],
        "ingress": [{**HTTPS, "protocol": "6"}],
    }


EXAMPLES = (
    Example(
        type="aws:ec2/keyPair:KeyPair",
        inputs=lambda _: {"publicKey": PUBLIC_KEY, "tags": {"Name": "example"}},
        outputs={"keyType": "ed25519"},
        update={"tags": {"Name": "changed"}},
        bad={"keyName": 300 * "x"},
    ),
    Example(
        type="aws:ec2/tag:Tag",
        inputs=lambda stage: {
            "resourceId": stage.make(VPC)["id"],
            "key": f"key-{stage.number()}",
            "value": "one",
        },
        update={"value": "two"},
        bad={"value": ["one"]},
    ),
    Example(
        type=ACL,
        inputs=acl,
        update={"ingress": [HTTPS, PING], "egress": [], "tags": {"Name": "changed"}},
        values=lambda stage: {"subnetIds": [another(stage, SUBNET, subnet(stage))]},
        kept="egress ingress subnetIds",
        bad={"ingress": [{**HTTPS, "ruleNo": 40_000}]},
    ),
    Example(
        type="aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
        inputs=default_acl,
        update={"egress": [ALL], "tags": {"Name": "changed"}},
        values=lambda stage: {
            "ingress": [ALL],
            "subnetIds": [another(stage, SUBNET, subnet(stage))],
        },
        kept="ingress subnetIds",
        bad={"egress": [{**ALL, "ruleNo": 0}]},
        lasting="it lives as long as its VPC",
    ),
    Example(
        type="aws:ec2/networkAclRule:NetworkAclRule",
        inputs=lambda stage: {
            "networkAclId": another(stage, ACL, {"vpcId": fresh_vpc(stage)}),
            "ruleNumber": next(numbers),
            "protocol": "tcp",
            "ruleAction": "allow",
            "cidrBlock": "10.0.0.0/8",
            "fromPort": 22,
            "toPort": 22,
        },
        outputs={"egress": False},
        bad={"ruleAction": "perhaps", "ruleNumber": 40_000},
    ),
)
