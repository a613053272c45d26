"""DescribeSubnets answers the associated IPv6 blocks as AWS does."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.subnets import Subnet


def install() -> None:
    """Replace the property that the response is made from."""
    Subnet.ipv6_cidr_block_association_set = property(_associations)  # type: ignore[assignment]


def _associations(self: Any) -> list[dict[str, Any]]:
    """Return the associated blocks, with the state in AWS's form."""
    return [
        {**block, "ipv6CidrBlockState": {"state": block["ipv6CidrBlockState"]["State"]}}
        for block in self.ipv6_cidr_block_associations.values()
        if block["ipv6CidrBlockState"]["State"] == "associated"
    ]
