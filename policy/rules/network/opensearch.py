"""Rules on where search domains stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

ELASTICSEARCH_DOMAIN = "aws:elasticsearch/domain:Domain"
OPENSEARCH_DOMAIN = "aws:opensearch/domain:Domain"
VPC = "aws:ec2/vpc:Vpc"


@rule(
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="A public search endpoint has leaked more customer data than any other store.",
    references=(
        "FSBP OpenSearch.2",
        "Config opensearch-in-vpc-only",
        "Checkov CKV_AWS_137",
        "cdk-nag AwsSolutions-OS1",
    ),
)
def opensearch_in_vpc(domain: Resource) -> Iterator[str]:
    """Search domains must be inside a network."""
    if domain.is_missing("vpcOptions.subnetIds"):
        yield (f"The search domain '{domain.name}' must be in a VPC: set vpc_options.subnet_ids.")
