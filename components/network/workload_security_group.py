"""A security group for the tasks or the function of one workload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class WorkloadSecurityGroupArgs:
    """VPC and ingress rules of a workload's security group."""

    vpc_id: pulumi.Input[str]
    """VPC of the workload."""

    description: str
    """Description of the security group; a change replaces it."""

    allowed_security_groups: Mapping[str, pulumi.Input[str]] | None = None
    """Security groups that may connect, by the name of their workload; default: none."""

    port: int = 8080
    """Port that they may connect to."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class WorkloadSecurityGroup(pulumi.ComponentResource):
    """Egress on port 443, and ingress from named security groups only; it needs no alarm."""

    security_group_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: WorkloadSecurityGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the group *name*."""
        super().__init__("bulkhead:network:WorkloadGroup", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            vpc_id=args.vpc_id,
            description=args.description,
            tags=args.tags,
            opts=child,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-https",
            security_group_id=group.id,
            description="HTTPS to AWS and to other services",
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            cidr_ipv4="0.0.0.0/0",
            tags=args.tags,
            opts=child,
        )
        for caller, caller_group_id in (args.allowed_security_groups or {}).items():
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-from-{caller}",
                security_group_id=group.id,
                referenced_security_group_id=caller_group_id,
                description=f"Requests of {caller}",
                ip_protocol="tcp",
                from_port=args.port,
                to_port=args.port,
                tags=args.tags,
                opts=child,
            )
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-out-of-{caller}",
                security_group_id=caller_group_id,
                referenced_security_group_id=group.id,
                description=f"Requests of {caller} to {name}",
                ip_protocol="tcp",
                from_port=args.port,
                to_port=args.port,
                tags=args.tags,
                opts=child,
            )

        self.security_group_id = group.id
        self.register_outputs({"security_group_id": self.security_group_id})
