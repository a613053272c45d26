"""Rules on who may use search domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import is_off, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

ELASTICSEARCH_DOMAIN = "aws:elasticsearch/domain:Domain"
OPENSEARCH_DOMAIN = "aws:opensearch/domain:Domain"


@rule(
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Without it, whoever reaches the domain may read and delete every index.",
    references=(
        "FSBP OpenSearch.7",
        "Config opensearch-access-control-enabled",
        "Checkov CKV2_AWS_52",
        "cdk-nag AwsSolutions-OS5",
    ),
)
def opensearch_fine_grained_access(domain: Resource) -> Iterator[str]:
    """Search domains must decide by user what may be read."""
    anonymous = is_true(domain.get("advancedSecurityOptions.anonymousAuthEnabled"))
    if anonymous or is_off(domain.get("advancedSecurityOptions.enabled")):
        yield (
            f"The search domain '{domain.name}' must decide by user: set"
            " advanced_security_options with enabled=True and anonymous_auth_enabled=False."
        )
