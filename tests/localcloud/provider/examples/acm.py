"""Examples of certificates."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.localcloud.provider.example import Example

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

CERTIFICATE = "aws:acm/certificate:Certificate"


@cache
def own_certificate(name: str) -> dict[str, str]:
    """Return a certificate that its own key signs."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    secret = key.private_bytes(kind, form, serialization.NoEncryption())
    body = signed.public_bytes(kind).decode()
    return {"certificateBody": body, "privateKey": secret.decode()}


def with_chain(_: Stage) -> dict[str, str]:
    return {"certificateChain": own_certificate("shop.example.com")["certificateBody"]}


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
        values=lambda _: {"options": {"certificateTransparencyLoggingPreference": "DISABLED"}},
        bad={"validationMethod": "POST", "keyAlgorithm": "RSA_1"},
    ),
    Example(
        type=CERTIFICATE,
        variant="imported",
        inputs=lambda _: own_certificate("shop.example.com"),
        values=lambda stage: {**own_certificate("www.example.com"), **with_chain(stage)},
        together=("certificateBody privateKey",),
    ),
    Example(
        type="aws:acm/certificateValidation:CertificateValidation",
        inputs=lambda stage: {"certificateArn": stage.make(CERTIFICATE)["arn"]},
        bad={"certificateArn": "arn"},
        lasting="it only waits",
    ),
)
