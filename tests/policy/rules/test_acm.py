"""Tests of policy.rules.acm."""

from policy.rules.acm import (
    acm_dns_validation,
    acm_key_strength,
    acm_no_wildcard_name,
    acm_transparency_logging,
)
from policy.testing import check, resource, unknown

TYPE = "aws:acm/certificate:Certificate"
WHOLE = {
    "domainName": "shop.example.com",
    "subjectAlternativeNames": ["api.example.com"],
    "validationMethod": "DNS",
}


def test_acm_dns_validation():
    check(
        acm_dns_validation,
        TYPE,
        WHOLE,
        kept=[
            {"validationMethod": None, "certificateBody": "-----BEGIN CERTIFICATE-----"},
            {"validationMethod": None, "certificateAuthorityArn": unknown},
        ],
        broken=[{"validationMethod": None}, {"validationMethod": "EMAIL"}],
        unknown_at=["validationMethod"],
    )


def test_acm_key_strength():
    check(
        acm_key_strength,
        TYPE,
        WHOLE,
        kept=[{"keyAlgorithm": "EC_prime256v1"}],
        broken=[{"keyAlgorithm": "RSA_1024"}],
        unknown_at=["keyAlgorithm"],
    )


def test_acm_transparency_logging():
    off = {"certificateTransparencyLoggingPreference": "DISABLED"}
    on = {"certificateTransparencyLoggingPreference": "ENABLED"}
    check(
        acm_transparency_logging,
        TYPE,
        WHOLE,
        kept=[{"options": on}],
        broken=[{"options": off}],
        unknown_at=["options"],
    )

    beside = resource(TYPE, "shop", WHOLE | {"options": off | {"export": "ENABLED"}})
    remedied = acm_transparency_logging.remediate(beside)
    assert remedied == {"options": on | {"export": "ENABLED"}}


def test_acm_no_wildcard_name():
    check(
        acm_no_wildcard_name,
        TYPE,
        WHOLE,
        kept=[{"subjectAlternativeNames": [unknown]}],
        broken=[
            {"domainName": "*.example.com"},
            {"subjectAlternativeNames": [unknown, "*.example.com"]},
        ],
        unknown_at=["domainName", "subjectAlternativeNames"],
    )
