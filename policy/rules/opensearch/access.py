"""Rules on encryption of and access to OpenSearch domains."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.iam import public_access
from policy.engine.remediation import changed_inputs
from policy.engine.requirement import is_set, require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, is_false, is_missing, is_not_true, is_true

ELASTICSEARCH_DOMAIN_POLICY = "aws:elasticsearch/domainPolicy:DomainPolicy"
OPENSEARCH_DOMAIN_POLICY = "aws:opensearch/domainPolicy:DomainPolicy"
STRONG_POLICY = "Policy-Min-TLS-1-2-PFS-2023-10"


@require_value(aws.OPENSEARCH_DOMAIN, aws.ELASTICSEARCH_DOMAIN, path="encryptAtRest.enabled")
@classify("security", "data", "medium", "mandatory")
def opensearch_encrypted_at_rest() -> None:
    """OpenSearch domains must be encrypted at rest.

    Indexes contain copies of application data.

    References: FSBP OpenSearch.1 (opensearch/domain), FSBP ES.1 (elasticsearch/domain),
    Config opensearch-encrypted-at-rest, Checkov CKV_AWS_5, cdk-nag AwsSolutions-OS8
    """


@require_value(aws.OPENSEARCH_DOMAIN, aws.ELASTICSEARCH_DOMAIN, path="nodeToNodeEncryption.enabled")
@classify("security", "data", "medium", "mandatory")
def opensearch_node_to_node_encryption() -> None:
    """OpenSearch domains must encrypt traffic between nodes.

    Without it, nodes exchange data unencrypted.

    References: FSBP OpenSearch.3 (opensearch/domain), FSBP ES.3 (elasticsearch/domain),
    Config opensearch-node-to-node-encryption-check, Checkov CKV_AWS_6, cdk-nag AwsSolutions-OS2
    """


@rule(
    aws.OPENSEARCH_DOMAIN,
    aws.ELASTICSEARCH_DOMAIN,
    remediate=lambda found: changed_inputs(found, {"domainEndpointOptions.enforceHttps": True}),
)
@classify("security", "data", "medium", "mandatory")
def opensearch_https_enforced(domain: Resource) -> Messages:
    """OpenSearch domains must require HTTPS.

    Over plain HTTP, queries and passwords can be read in transit.

    References: FSBP OpenSearch.8 (opensearch/domain), FSBP ES.8 (elasticsearch/domain),
    Config opensearch-https-required, Checkov CKV_AWS_83
    Remediation: Set domain_endpoint_options.enforce_https to True.
    """
    options = domain.get("domainEndpointOptions")
    if is_missing(options) or is_false(domain.get("domainEndpointOptions.enforceHttps")):
        yield (
            f"The OpenSearch domain '{domain.name}' must require HTTPS: set"
            " domain_endpoint_options.enforce_https=True."
        )


@rule(
    aws.OPENSEARCH_DOMAIN,
    aws.ELASTICSEARCH_DOMAIN,
    params={"allowedPrefixes": ["Policy-Min-TLS-1-2", "Policy-Min-TLS-1-3"]},
    remediate=lambda domain: (
        changed_inputs(domain, {"domainEndpointOptions.tlsSecurityPolicy": STRONG_POLICY})
        if domain.is_missing("domainEndpointOptions.tlsSecurityPolicy")
        else None
    ),
)
@classify("security", "data", "medium", "mandatory")
def opensearch_tls_policy(domain: Resource) -> Messages:
    """OpenSearch domains must require TLS 1.2 or later.

    TLS versions below 1.2 have known vulnerabilities.

    References: FSBP OpenSearch.8 (opensearch/domain), FSBP ES.8 (elasticsearch/domain),
    Checkov CKV_AWS_228
    Remediation: Set a missing domain_endpoint_options.tls_security_policy to
    Policy-Min-TLS-1-2-PFS-2023-10.
    """
    policy = domain.get("domainEndpointOptions.tlsSecurityPolicy")
    strong = str(policy).startswith(tuple(domain.params["allowedPrefixes"]))
    if policy is not UNKNOWN and (is_missing(policy) or not strong):
        yield (
            f"The OpenSearch domain '{domain.name}' must require TLS 1.2 or later: set"
            f" domain_endpoint_options.tls_security_policy to {STRONG_POLICY}."
        )


@rule(
    OPENSEARCH_DOMAIN_POLICY,
    aws.OPENSEARCH_DOMAIN,
    ELASTICSEARCH_DOMAIN_POLICY,
    aws.ELASTICSEARCH_DOMAIN,
)
@classify("security", "data", "critical", "mandatory")
def opensearch_policy_no_open_principal(domain: Resource) -> Messages:
    """Access policies of OpenSearch domains must not allow every principal.

    Anyone who can reach the domain can then read and change its indexes.

    References: CIS 7.0 2.21, cdk-nag AwsSolutions-OS3
    """
    return public_access(
        domain,
        "access policy of the OpenSearch domain",
        "roles as Principal",
        path="accessPolicies",
    )


@rule(aws.OPENSEARCH_DOMAIN, aws.ELASTICSEARCH_DOMAIN)
@classify("security", "identity", "high", "mandatory")
def opensearch_fine_grained_access(domain: Resource) -> Messages:
    """OpenSearch domains must have fine-grained access control.

    Without fine-grained access control, every client of the domain can read and delete every index.

    References: FSBP OpenSearch.7, Config opensearch-access-control-enabled, Checkov CKV2_AWS_52,
    cdk-nag AwsSolutions-OS5
    """
    anonymous = is_true(domain.get("advancedSecurityOptions.anonymousAuthEnabled"))
    if anonymous or is_not_true(domain.get("advancedSecurityOptions.enabled")):
        yield (
            f"The OpenSearch domain '{domain.name}' must have fine-grained access control: set"
            " advanced_security_options with enabled=True and anonymous_auth_enabled=False."
        )


@require_value(
    aws.OPENSEARCH_DOMAIN, aws.ELASTICSEARCH_DOMAIN, path="vpcOptions.subnetIds", value=is_set
)
@classify("security", "network", "critical", "mandatory")
def opensearch_in_vpc() -> None:
    """OpenSearch domains must be in a VPC.

    A public search endpoint exposes all indexes when its access policy is misconfigured.

    References: FSBP OpenSearch.2 (opensearch/domain), FSBP ES.2 (elasticsearch/domain),
    Config opensearch-in-vpc-only, Checkov CKV_AWS_137, cdk-nag AwsSolutions-OS1
    """
