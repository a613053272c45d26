"""`SelfSignedCert` and `LocallySignedCert` of `tls`."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from localcloud.provider.inputs import UPDATE, Limit
from localcloud.provider.utilities import certificate_checks, keys
from localcloud.provider.utilities.certificate_checks import has_subject_key_id
from localcloud.provider.utilities.declarations import Made, Property, ResourceType
from localcloud.provider.utilities.extensions import (
    ALLOWED_USES,
    NAMES_INPUTS,
    alternative_names,
    subject,
    usages,
)
from localcloud.provider.values import is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

    from localcloud.provider.utilities.declarations import Properties

SERIAL_BITS = 128
MAX_HOURS = 2_562_047
"""What fits into a duration of the provider: 292 years."""

_HOURS = Limit(minimum=0, maximum=MAX_HOURS)


@dataclass(frozen=True)
class Issuer:
    """Whose name a certificate is issued in."""

    name: x509.Name
    key: keys.Key
    authority_key_id: x509.AuthorityKeyIdentifier | None


def timestamp(moment: dt.datetime) -> str:
    """Return *moment* (in UTC) in the form of RFC 3339."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def is_ready_for_renewal(outputs: Properties) -> bool:
    """Return whether the certificate ends within its hours of early renewal."""
    end, hours = outputs.get("validityEndTime"), outputs.get("earlyRenewalHours", 0)
    if end is None or is_unknown(end) or is_unknown(hours):
        return False
    early = dt.timedelta(hours=hours)
    return dt.datetime.fromisoformat(end) - early <= dt.datetime.now(dt.UTC)


def _issue(
    inputs: Properties,
    issuer: Issuer,
    name: x509.Name,
    others: list[x509.GeneralName],
    public_key: CertificatePublicKeyTypes,
) -> Made:
    begin = dt.datetime.now(dt.UTC).replace(microsecond=0)
    end = begin + dt.timedelta(hours=inputs["validityPeriodHours"])
    serial = 1 + secrets.randbelow(2**SERIAL_BITS - 1)
    builder = x509.CertificateBuilder(issuer.name, name, public_key, serial, begin, end)
    for extension, critical in _extensions(inputs, issuer, name, others, public_key):
        builder = builder.add_extension(extension, critical)
    certificate = builder.sign(issuer.key, keys.digest(issuer.key))
    return Made(
        str(serial),
        {
            "certPem": certificate.public_bytes(Encoding.PEM).decode(),
            "readyForRenewal": False,
            "validityEndTime": timestamp(end),
            "validityStartTime": timestamp(begin),
        },
    )


def _extensions(
    inputs: Properties,
    issuer: Issuer,
    name: x509.Name,
    others: list[x509.GeneralName],
    public_key: CertificatePublicKeyTypes,
) -> Iterator[tuple[x509.ExtensionType, bool]]:
    """Yield the extensions of a certificate, and whether they are critical."""
    yield from usages(inputs["allowedUses"])
    is_ca, length = inputs["isCaCertificate"], inputs["maxPathLength"]
    yield x509.BasicConstraints(is_ca, length if is_ca and length >= 0 else None), True
    if has_subject_key_id(inputs):
        yield x509.SubjectKeyIdentifier.from_public_key(public_key), False
    if issuer.authority_key_id is not None:
        yield issuer.authority_key_id, False
    if others:
        yield x509.SubjectAlternativeName(others), not name.rdns


def _create_self_signed(inputs: Properties) -> Made:
    key, name = keys.key_of(inputs, "privateKeyPem"), subject(inputs)
    identifier = (
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
        if inputs["setAuthorityKeyId"]
        else None
    )
    issuer = Issuer(name, key, identifier)
    made = _issue(inputs, issuer, name, alternative_names(inputs), key.public_key())
    return Made(made.id, {**made.outputs, "keyAlgorithm": keys.algorithm(key)})


def _create_locally_signed(inputs: Properties) -> Made:
    request = x509.load_pem_x509_csr(inputs["certRequestPem"].encode())
    authority = x509.load_pem_x509_certificate(inputs["caCertPem"].encode())
    key = keys.key_of(inputs, "caPrivateKeyPem")
    issuer = Issuer(authority.subject, key, _authority_key_id(authority))
    made = _issue(inputs, issuer, request.subject, _requested(request), request.public_key())
    return Made(made.id, {**made.outputs, "caKeyAlgorithm": keys.algorithm(key)})


def _authority_key_id(authority: x509.Certificate) -> x509.AuthorityKeyIdentifier | None:
    try:
        found = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return None
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found.value)


def _requested(request: x509.CertificateSigningRequest) -> list[x509.GeneralName]:
    """Return the alternative names of *request* that certificates take over."""
    try:
        found = request.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    kinds = (x509.DNSName, x509.IPAddress, x509.UniformResourceIdentifier)
    return [name for name in found.value if isinstance(name, kinds)]


_CERTIFICATE_INPUTS = {
    "allowedUses": Property(kind=["list", "string"], required=True, limit=ALLOWED_USES),
    "earlyRenewalHours": Property(kind="integer", effect=UPDATE, default=0, limit=_HOURS),
    "isCaCertificate": Property(kind="boolean", default=False),
    "maxPathLength": Property(kind="integer", default=-1, limit=Limit(minimum=-1)),
    "setSubjectKeyId": Property(kind="boolean", default=False),
    "validityPeriodHours": Property(kind="integer", required=True, limit=_HOURS),
}
_CERTIFICATE_OUTPUTS = {
    "certPem": "string",
    "readyForRenewal": "boolean",
    "validityEndTime": "string",
    "validityStartTime": "string",
}

TYPES = {
    "tls:index/selfSignedCert:SelfSignedCert": ResourceType(
        inputs={
            **NAMES_INPUTS,
            **keys.key_inputs("privateKeyPem"),
            **_CERTIFICATE_INPUTS,
            "setAuthorityKeyId": Property(kind="boolean", default=False),
        },
        computed={**_CERTIFICATE_OUTPUTS, "keyAlgorithm": "string"},
        check=certificate_checks.check_self_signed,
        create=_create_self_signed,
        is_ready_for_renewal=is_ready_for_renewal,
    ),
    "tls:index/locallySignedCert:LocallySignedCert": ResourceType(
        inputs={
            "caCertPem": Property(kind="string", required=True),
            **keys.key_inputs("caPrivateKeyPem"),
            "certRequestPem": Property(kind="string", required=True),
            **_CERTIFICATE_INPUTS,
        },
        computed={**_CERTIFICATE_OUTPUTS, "caKeyAlgorithm": "string"},
        check=certificate_checks.check_locally_signed,
        create=_create_locally_signed,
        is_ready_for_renewal=is_ready_for_renewal,
    ),
}
