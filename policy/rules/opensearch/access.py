"""Rules on encryption of and access to OpenSearch domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.iam import public_access
from policy.engine.remediation import changed_inputs
from policy.engine.requirement import is_set, require_value
from policy.engine.resource_types import ELASTICSEARCH_DOMAIN, OPENSEARCH_DOMAIN
from policy.engine.rule import Concern, Level, Pack, Severity, rule
from policy.engine.values import UNKNOWN, is_false, is_missing, is_not_true, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

ELASTICSEARCH_DOMAIN_POLICY = "aws:elasticsearch/domainPolicy:DomainPolicy"
OPENSEARCH_DOMAIN_POLICY = "aws:opensearch/domainPolicy:DomainPolicy"
STRONG_POLICY = "Policy-Min-TLS-1-2-PFS-2023-10"


@require_value(
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN,
    path="encryptAtRest.enabled",
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Indexes contain copies of application data.",
    references=(
        "FSBP OpenSearch.1",
        "Config opensearch-encrypted-at-rest",
        "Checkov CKV_AWS_5",
        "cdk-nag AwsSolutions-OS8",
    ),
)
def opensearch_encrypted_at_rest() -> None:
    """OpenSearch domains must be encrypted at rest."""


@require_value(
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN,
    path="nodeToNodeEncryption.enabled",
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without it, nodes exchange data unencrypted.",
    references=(
        "FSBP OpenSearch.3",
        "Config opensearch-node-to-node-encryption-check",
        "Checkov CKV_AWS_6",
        "cdk-nag AwsSolutions-OS2",
    ),
)
def opensearch_node_to_node_encryption() -> None:
    """OpenSearch domains must encrypt traffic between nodes."""


@rule(
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Over plain HTTP, queries and passwords can be read in transit.",
    references=("FSBP OpenSearch.8", "Config opensearch-https-required", "Checkov CKV_AWS_83"),
    remediation="Set domain_endpoint_options.enforce_https to True.",
    remediate=lambda found: changed_inputs(found, {"domainEndpointOptions.enforceHttps": True}),
)
def opensearch_https_enforced(domain: Resource) -> Iterator[str]:
    """OpenSearch domains must require HTTPS."""
    options = domain.get("domainEndpointOptions")
    if is_missing(options) or is_false(domain.get("domainEndpointOptions.enforceHttps")):
        yield (
            f"The OpenSearch domain '{domain.name}' must require HTTPS: set"
            " domain_endpoint_options.enforce_https=True."
        )


@rule(
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="TLS versions below 1.2 have known vulnerabilities.",
    params={"allowedPrefixes": ["Policy-Min-TLS-1-2", "Policy-Min-TLS-1-3"]},
    references=("FSBP OpenSearch.8", "Checkov CKV_AWS_228"),
    remediation=(
        "Set a missing domain_endpoint_options.tls_security_policy to "
        "Policy-Min-TLS-1-2-PFS-2023-10."
    ),
    remediate=lambda domain: (
        changed_inputs(domain, {"domainEndpointOptions.tlsSecurityPolicy": STRONG_POLICY})
        if domain.is_missing("domainEndpointOptions.tlsSecurityPolicy")
        else None
    ),
)
def opensearch_tls_policy(domain: Resource) -> Iterator[str]:
    """OpenSearch domains must require TLS 1.2 or later."""
    policy = domain.get("domainEndpointOptions.tlsSecurityPolicy")
    strong = str(policy).startswith(tuple(domain.params["allowedPrefixes"]))
    if policy is not UNKNOWN and (is_missing(policy) or not strong):
        yield (
            f"The OpenSearch domain '{domain.name}' must require TLS 1.2 or later: set"
            f" domain_endpoint_options.tls_security_policy to {STRONG_POLICY}."
        )


@rule(
    OPENSEARCH_DOMAIN_POLICY,
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN_POLICY,
    ELASTICSEARCH_DOMAIN,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="Anyone who can reach the domain can then read and change its indexes.",
    references=("CIS 7.0 2.21", "cdk-nag AwsSolutions-OS3"),
)
def opensearch_policy_no_open_principal(domain: Resource) -> Iterator[str]:
    """Access policies of OpenSearch domains must not allow every principal."""
    return public_access(
        domain,
        "access policy of the OpenSearch domain",
        "roles as Principal",
        path="accessPolicies",
    )


@rule(
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "Without fine-grained access control, every client of the domain can read and delete"
        " every index."
    ),
    references=(
        "FSBP OpenSearch.7",
        "Config opensearch-access-control-enabled",
        "Checkov CKV2_AWS_52",
        "cdk-nag AwsSolutions-OS5",
    ),
)
def opensearch_fine_grained_access(domain: Resource) -> Iterator[str]:
    """OpenSearch domains must have fine-grained access control."""
    anonymous = is_true(domain.get("advancedSecurityOptions.anonymousAuthEnabled"))
    if anonymous or is_not_true(domain.get("advancedSecurityOptions.enabled")):
        yield (
            f"The OpenSearch domain '{domain.name}' must have fine-grained access control: set"
            " advanced_security_options with enabled=True and anonymous_auth_enabled=False."
        )


@require_value(
    OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN,
    path="vpcOptions.subnetIds",
    value=is_set,
    pack=Pack.SECURITY,
    concern=Concern.NETWORK,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="A public search endpoint exposes all indexes when its access policy is misconfigured.",
    references=(
        "FSBP OpenSearch.2",
        "Config opensearch-in-vpc-only",
        "Checkov CKV_AWS_137",
        "cdk-nag AwsSolutions-OS1",
    ),
)
def opensearch_in_vpc() -> None:
    """OpenSearch domains must be in a VPC."""
