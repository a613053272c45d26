"""Subnets of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi


def make_subnet_group(
    name: str,
    subnet_ids: Sequence[pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None,
) -> aws.rds.SubnetGroup:
    """Define the subnet group of the database *name*."""
    return aws.rds.SubnetGroup(
        f"{name}-subnets",
        subnet_ids=list(subnet_ids),
        description=f"Isolated subnets of {name}",
        tags=tags,
        opts=opts,
    )
