"""Rules on ACM certificates."""

from __future__ import annotations

from policy.engine.requirement import require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, as_list

CERTIFICATE = "aws:acm/certificate:Certificate"


@rule(CERTIFICATE)
@classify("security", "edge", "medium", "mandatory")
def acm_dns_validation(certificate: Resource) -> Messages:
    """Certificates must be validated by DNS.

    ACM renews DNS-validated certificates automatically. Email validation needs manual approval at
    every renewal.
    """
    other_sources = ("certificateBody", "certificateAuthorityArn")
    if not all(certificate.is_missing(path) for path in other_sources):
        return
    if certificate.get("validationMethod") not in ("DNS", UNKNOWN):
        yield (
            f"The certificate '{certificate.name}' must be validated by DNS: set"
            ' validation_method="DNS".'
        )


@rule(CERTIFICATE)
@classify("security", "edge", "medium", "mandatory")
def acm_key_strength(certificate: Resource) -> Messages:
    """Certificates must have keys of 2048 bits or more.

    1024-bit RSA keys are too weak to protect TLS connections.

    References: FSBP ACM.2, Config acm-certificate-rsa-check
    """
    if certificate.get("keyAlgorithm") == "RSA_1024":
        yield (
            f"The certificate '{certificate.name}' must have a strong key: set"
            ' key_algorithm="RSA_2048" or "EC_prime256v1".'
        )


@require_value(
    CERTIFICATE,
    path="options.certificateTransparencyLoggingPreference",
    value="ENABLED",
    default="ENABLED",
    remediates=True,
)
@classify("security", "edge", "medium", "mandatory")
def acm_transparency_logging() -> None:
    """Certificates must be recorded in certificate transparency logs.

    Browsers reject certificates that are missing from transparency logs, and the logs reveal
    certificates issued by mistake.

    References: Config acm-certificate-transparent-logging-enabled, Checkov CKV_AWS_234
    """


@rule(CERTIFICATE)
@classify("security", "edge", "low", "advisory", when="opted-in")
def acm_no_wildcard_name(certificate: Resource) -> Messages:
    """Certificates must list host names without wildcards.

    The private key of a wildcard certificate can impersonate every subdomain.

    References: Checkov CKV2_AWS_71
    """
    others = as_list(certificate.get("subjectAlternativeNames"))
    names = [certificate.get("domainName"), *others]
    wide = [one for one in names if isinstance(one, str) and one.startswith("*.")]
    if wide:
        yield (
            f"The certificate '{certificate.name}' must list its host names: replace"
            f" {', '.join(wide)} in domain_name or subject_alternative_names."
        )
