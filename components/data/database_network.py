"""Subnets and security group of a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi


@dataclass(frozen=True, kw_only=True)
class DatabaseClients:
    """Security groups that may connect to a database or its proxy, and the port."""

    vpc_id: pulumi.Input[str]
    """VPC of the security group."""

    groups: Mapping[str, pulumi.Input[str]]
    """Security groups that may connect, by the name of their workload."""

    port: int
    """Port that they connect to."""

    tags: Mapping[str, str] | None
    """Tags in addition to the provider's default tags."""


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


def make_security_group(
    name: str, description: str, clients: DatabaseClients, opts: pulumi.ResourceOptions
) -> aws.ec2.SecurityGroup:
    """Define the security group of *name*, and the rules of both sides of its clients."""
    group = aws.ec2.SecurityGroup(
        f"{name}-group",
        vpc_id=clients.vpc_id,
        description=description,
        tags=clients.tags,
        opts=opts,
    )
    for client, client_group_id in clients.groups.items():
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-from-{client}",
            security_group_id=group.id,
            referenced_security_group_id=client_group_id,
            description=f"Connections of {client}",
            ip_protocol="tcp",
            from_port=clients.port,
            to_port=clients.port,
            tags=clients.tags,
            opts=opts,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-out-of-{client}",
            security_group_id=client_group_id,
            referenced_security_group_id=group.id,
            description=f"Connections of {client} to {name}",
            ip_protocol="tcp",
            from_port=clients.port,
            to_port=clients.port,
            tags=clients.tags,
            opts=opts,
        )
    return group
