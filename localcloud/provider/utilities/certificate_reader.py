"""`getCertificate` of `tls`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, SignatureAlgorithmOID

from localcloud.provider.row import CheckFailure
from localcloud.provider.utilities.certificates import timestamp
from localcloud.provider.utilities.declarations import Function, Property
from localcloud.provider.utilities.keys import sha1_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.utilities.declarations import Properties

CERTIFICATE = {
    "certPem": "string",
    "isCa": "boolean",
    "issuer": "string",
    "maxPathLength": "integer",
    "notAfter": "string",
    "notBefore": "string",
    "publicKeyAlgorithm": "string",
    "serialNumber": "string",
    "sha1Fingerprint": "string",
    "signatureAlgorithm": "string",
    "subject": "string",
    "version": "integer",
}
SIGNATURES = {
    SignatureAlgorithmOID.RSA_WITH_SHA1: "SHA1-RSA",
    SignatureAlgorithmOID.RSA_WITH_SHA256: "SHA256-RSA",
    SignatureAlgorithmOID.RSA_WITH_SHA384: "SHA384-RSA",
    SignatureAlgorithmOID.RSA_WITH_SHA512: "SHA512-RSA",
    SignatureAlgorithmOID.ECDSA_WITH_SHA1: "ECDSA-SHA1",
    SignatureAlgorithmOID.ECDSA_WITH_SHA256: "ECDSA-SHA256",
    SignatureAlgorithmOID.ECDSA_WITH_SHA384: "ECDSA-SHA384",
    SignatureAlgorithmOID.ECDSA_WITH_SHA512: "ECDSA-SHA512",
    SignatureAlgorithmOID.ED25519: "Ed25519",
}
PUBLIC_KEYS = {
    rsa.RSAPublicKey: "RSA",
    dsa.DSAPublicKey: "DSA",
    ec.EllipticCurvePublicKey: "ECDSA",
    ed25519.Ed25519PublicKey: "Ed25519",
}
UNKNOWN_ALGORITHM = "0"
"""What the provider answers for an algorithm that it has no name for."""

ATTRIBUTES = {NameOID.SERIAL_NUMBER: "SERIALNUMBER", NameOID.POSTAL_CODE: "POSTALCODE"}


def describe(certificate: x509.Certificate) -> Properties:
    """Return the properties of *certificate*."""
    is_ca, length = _constraints(certificate)
    key = certificate.public_key()
    return {
        "certPem": certificate.public_bytes(Encoding.PEM).decode(),
        "isCa": is_ca,
        "issuer": certificate.issuer.rfc4514_string(ATTRIBUTES),
        "maxPathLength": length,
        "notAfter": timestamp(certificate.not_valid_after_utc),
        "notBefore": timestamp(certificate.not_valid_before_utc),
        "publicKeyAlgorithm": next(
            (name for kind, name in PUBLIC_KEYS.items() if isinstance(key, kind)),
            UNKNOWN_ALGORITHM,
        ),
        "serialNumber": str(certificate.serial_number),
        "sha1Fingerprint": certificate.fingerprint(hashes.SHA1()).hex(),  # noqa: S303 - its name
        "signatureAlgorithm": SIGNATURES.get(
            certificate.signature_algorithm_oid, UNKNOWN_ALGORITHM
        ),
        "subject": certificate.subject.rfc4514_string(ATTRIBUTES),
        "version": certificate.version.value + 1,
    }


def _constraints(certificate: x509.Certificate) -> tuple[bool, int]:
    """Return whether it is of an authority, and how many may follow: -1 for any number."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False, 0
    return found.ca, -1 if found.path_length is None else found.path_length


def _check(inputs: Properties) -> Iterator[CheckFailure]:
    if "url" in inputs:
        yield CheckFailure(
            "url",
            "is not fetched by the local cloud: pass the certificate in PEM format as content, or "
            "do without it, as aws.iam.OpenIdConnectProvider does without thumbprint_lists",
        )
    elif "content" not in inputs:
        yield CheckFailure("content", "is required: set it")
    elif "verifyChain" in inputs:
        yield CheckFailure("verifyChain", "is for a url only: remove it")
    else:
        try:
            x509.load_pem_x509_certificate(inputs["content"].encode())
        except ValueError:
            yield CheckFailure("content", "is not a certificate in PEM format: write one")


def _get_certificate(inputs: Properties) -> Properties:
    found = describe(x509.load_pem_x509_certificate(inputs["content"].encode()))
    return {
        **inputs,
        "certificates": [found],
        "id": sha1_id(found["certPem"].encode()),
        "verifyChain": True,
    }


FUNCTIONS = {
    "tls:index/getCertificate:getCertificate": Function(
        inputs={
            "content": Property(kind="string"),
            "url": Property(kind="string"),
            "verifyChain": Property(kind="boolean"),
        },
        result={"certificates": ["list", CERTIFICATE], "id": "string"},
        check=_check,
        call=_get_certificate,
    ),
}
