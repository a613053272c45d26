"""Rules on where databases stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, stack_rule
from policy.engine.subnets import is_public, leads_to_internet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

RDS_CLUSTER = "aws:rds/cluster:Cluster"
RDS_INSTANCE = "aws:rds/instance:Instance"
SUBNET = "aws:ec2/subnet:Subnet"
SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup"
VPC = "aws:ec2/vpc:Vpc"


@stack_rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    SUBNET_GROUP,
    SUBNET,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A database in a public subnet is one setting away from the internet.",
    params={"publicTierTag": {"tier": "public"}},
    references=(
        "FSBP RDS.18",
        "Config rds-instance-subnet-igw-check",
    ),
)
def rds_in_private_subnets(stack: Stack) -> Iterator[Finding]:
    """Databases must be in private subnets."""
    for database in stack.of(RDS_INSTANCE, RDS_CLUSTER):
        if not database.is_missing("dbSubnetGroupName"):
            yield from _in_private_subnets(stack, database)
        elif database.is_missing("replicateSourceDb"):  # a replica stands where its source does
            yield Finding(
                f"The database '{database.name}' must be in private subnets: set"
                " db_subnet_group_name, or it is put in the default VPC.",
                database.urn,
            )


def _in_private_subnets(stack: Stack, database: Resource) -> Iterator[Finding]:
    tag = stack.params["publicTierTag"]
    for group in stack.joined_to(database, "dbSubnetGroupName", SUBNET_GROUP):
        for subnet in stack.joined_to(group, "subnetIds", SUBNET):
            if is_public(subnet, tag, unknown=False) or leads_to_internet(stack, subnet):
                yield Finding(
                    f"The database '{database.name}' must be in private subnets: replace"
                    f" '{subnet.name}', which is public, in subnet_ids of '{group.name}'.",
                    database.urn,
                )
