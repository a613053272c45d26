"""What is wrong with the inputs of certificates and requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509

from localcloud.provider.row import CheckFailure
from localcloud.provider.utilities import keys
from localcloud.provider.utilities.extensions import name_failures, usage_failures
from localcloud.provider.values import has_unknown, is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.utilities.declarations import Properties


def has_subject_key_id(inputs: Properties) -> bool:
    """Return whether a certificate gets a subject key identifier; authorities always do."""
    return inputs["isCaCertificate"] or inputs["setSubjectKeyId"]


def check_request(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is wrong with the inputs of a `CertRequest`."""
    yield from keys.key_failures(inputs, "privateKeyPem")
    yield from name_failures(inputs)


def check_self_signed(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is wrong with the inputs of a `SelfSignedCert`."""
    yield from check_request(inputs)
    yield from usage_failures(inputs)
    known = not has_unknown(inputs.get("subject"))
    if inputs["isCaCertificate"] is True and known and not _subject_is_set(inputs):
        yield CheckFailure("subject", "is empty: a certificate authority needs one property of it")
    if inputs["setAuthorityKeyId"] is True and not has_subject_key_id(inputs):
        yield CheckFailure("setAuthorityKeyId", "is True: set setSubjectKeyId too")


def _subject_is_set(inputs: Properties) -> bool:
    """Return whether the input `subject` has a property."""
    return any((inputs.get("subject") or {}).values())


def check_locally_signed(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is wrong with the inputs of a `LocallySignedCert`."""
    yield from usage_failures(inputs)
    failures = list(keys.key_failures(inputs, "caPrivateKeyPem"))
    yield from failures
    known = {key: value for key, value in inputs.items() if not is_unknown(value)}
    if "certRequestPem" in known:
        yield from _check_csr(known)
    if "caCertPem" in known:
        yield from _check_authority(known, has_key=not failures)


def _check_csr(known: Properties) -> Iterator[CheckFailure]:
    try:
        request = x509.load_pem_x509_csr(known["certRequestPem"].encode())
    except ValueError:
        reason = "is not a certificate request in PEM format: pass cert_request_pem of a "
        yield CheckFailure("certRequestPem", f"{reason}tls.CertRequest")
        return
    if known.get("isCaCertificate") is True and not request.subject.rdns:
        reason = "has no subject, which a certificate authority needs: set subject of the request"
        yield CheckFailure("certRequestPem", reason)


def _check_authority(known: Properties, *, has_key: bool) -> Iterator[CheckFailure]:
    try:
        authority = x509.load_pem_x509_certificate(known["caCertPem"].encode())
    except ValueError:
        reason = "is not a certificate in PEM format: pass cert_pem of a tls.SelfSignedCert"
        yield CheckFailure("caCertPem", reason)
        return
    given = {"caPrivateKeyPem", "caPrivateKeyPemWo"} & known.keys()
    if has_key and given and _is_of_another_key(authority, known):
        yield CheckFailure(min(given), "is not the private key of caCertPem: pass that one")


def _is_of_another_key(authority: x509.Certificate, known: Properties) -> bool:
    return authority.public_key() != keys.key_of(known, "caPrivateKeyPem").public_key()
