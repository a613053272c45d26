"""Rules on how warehouses are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.remedy import inputs
from policy.engine.rule import Level, Severity, rule
from policy.engine.values import is_off, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

REDSHIFTSERVERLESS_WORKGROUP = "aws:redshiftserverless/workgroup:Workgroup"
REDSHIFT_CLUSTER = "aws:redshift/cluster:Cluster"
VPC = "aws:ec2/vpc:Vpc"


@rule(
    REDSHIFT_CLUSTER,
    REDSHIFTSERVERLESS_WORKGROUP,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="A warehouse holds everything; nothing on the internet needs to reach it.",
    references=(
        "FSBP Redshift.1",
        "FSBP RedshiftServerless.3",
        "Config redshift-cluster-public-access-check",
        "Config redshift-serverless-workgroup-no-public-access",
        "Checkov CKV_AWS_87",
        "cdk-nag AwsSolutions-RS8",
    ),
    remediation="Set publicly_accessible to False.",
    remediate=lambda found: inputs(found, {"publiclyAccessible": False}),
)
def redshift_not_public(warehouse: Resource) -> Iterator[str]:
    """Warehouses must not have public addresses."""
    if is_true(warehouse.get("publiclyAccessible")):
        yield f"The warehouse '{warehouse.name}' must be private: set publicly_accessible=False."


@rule(
    REDSHIFT_CLUSTER,
    REDSHIFTSERVERLESS_WORKGROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without it, loads and unloads pass by the network's rules and its flow log.",
    references=(
        "FSBP Redshift.7",
        "Config redshift-enhanced-vpc-routing-enabled",
        "Config redshift-serverless-workgroup-routes-within-vpc",
        "Checkov CKV_AWS_321",
    ),
)
def redshift_enhanced_vpc_routing(warehouse: Resource) -> Iterator[str]:
    """Warehouses must load and unload through their network."""
    if is_off(warehouse.get("enhancedVpcRouting")):
        yield (
            f"The warehouse '{warehouse.name}' must load through its VPC: set"
            " enhanced_vpc_routing=True."
        )
