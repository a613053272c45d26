"""The security group of a store, which admits the workloads that own it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi


@dataclass(frozen=True, kw_only=True)
class StoreGroup:
    """Network, clients and ports of a store."""

    vpc_id: pulumi.Input[str]
    """VPC of the store."""

    clients: Mapping[str, pulumi.Input[str]]
    """Security groups that may connect, by the name of their workload."""

    description: str
    """Description of the security group."""

    port: int
    """Port that the store listens on; the first, if there are several."""

    last_port: int | None = None
    """Last port that the store listens on; default: the first."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


def make_store_group(
    name: str, args: StoreGroup, opts: pulumi.ResourceOptions
) -> aws.ec2.SecurityGroup:
    """Define the security group of the store *name*, and the rules on both sides."""
    last_port = args.port if args.last_port is None else args.last_port
    group = aws.ec2.SecurityGroup(
        f"{name}-group",
        vpc_id=args.vpc_id,
        description=args.description,
        tags=args.tags,
        opts=opts,
    )
    for client, client_group_id in args.clients.items():
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-from-{client}",
            security_group_id=group.id,
            referenced_security_group_id=client_group_id,
            description=f"Connections of {client}",
            ip_protocol="tcp",
            from_port=args.port,
            to_port=last_port,
            tags=args.tags,
            opts=opts,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-out-of-{client}",
            security_group_id=client_group_id,
            referenced_security_group_id=group.id,
            description=f"Connections of {client} to {name}",
            ip_protocol="tcp",
            from_port=args.port,
            to_port=last_port,
            tags=args.tags,
            opts=opts,
        )
    return group
