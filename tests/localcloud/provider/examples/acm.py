"""Examples of certificates."""

from __future__ import annotations

from tests.localcloud.provider.example import Example

CERTIFICATE = "aws:acm/certificate:Certificate"

EXAMPLES = (
    Example(
        type=CERTIFICATE,
        inputs=lambda _: {
            "domainName": "shop.example.com",
            "subjectAlternativeNames": ["*.shop.example.com"],
            "validationMethod": "DNS",
            "tags": {"kind": "example"},
        },
        outputs={"domainName": "shop.example.com", "validationMethod": "DNS"},
        update={"tags": {"kind": "changed"}},
        bad={"validationMethod": "POST", "keyAlgorithm": "RSA_1"},
    ),
    Example(
        type="aws:acm/certificateValidation:CertificateValidation",
        inputs=lambda stage: {"certificateArn": stage.make(CERTIFICATE)["arn"]},
        bad={"certificateArn": "arn"},
        lasting="it only waits",
    ),
)
