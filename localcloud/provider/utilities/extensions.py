"""The parts of certificates and requests: subject, alternative names and usages."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from localcloud.provider.inputs import Limit
from localcloud.provider.limits import quoted, violation
from localcloud.provider.row import CheckFailure
from localcloud.provider.utilities.declarations import Property
from localcloud.provider.values import has_unknown, is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.utilities.declarations import Properties

SUBJECT = {
    "country": NameOID.COUNTRY_NAME,
    "organization": NameOID.ORGANIZATION_NAME,
    "organizationalUnit": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "locality": NameOID.LOCALITY_NAME,
    "province": NameOID.STATE_OR_PROVINCE_NAME,
    "streetAddresses": NameOID.STREET_ADDRESS,
    "postalCode": NameOID.POSTAL_CODE,
    "commonName": NameOID.COMMON_NAME,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "emailAddress": NameOID.EMAIL_ADDRESS,
}
"""Property -> attribute of the distinguished name, in the order that certificates have."""

SUBJECT_KIND = {
    key: ["list", "string"] if key == "streetAddresses" else "string" for key in SUBJECT
}
SUBJECT_LIMITS = {  # RFC 5280, appendix A
    "country": Limit(pattern="[A-Za-z]{2}"),
    "commonName": Limit(max_length=64),
}

USAGES = {
    "digital_signature": "digital_signature",
    "content_commitment": "content_commitment",
    "key_encipherment": "key_encipherment",
    "data_encipherment": "data_encipherment",
    "key_agreement": "key_agreement",
    "cert_signing": "key_cert_sign",
    "crl_signing": "crl_sign",
    "encipher_only": "encipher_only",
    "decipher_only": "decipher_only",
}
"""Key usage -> its name in `cryptography`."""

EXTENDED_USAGES = {
    "any_extended": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "server_auth": ExtendedKeyUsageOID.SERVER_AUTH,
    "client_auth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "code_signing": ExtendedKeyUsageOID.CODE_SIGNING,
    "email_protection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "ipsec_end_system": ObjectIdentifier("1.3.6.1.5.5.7.3.5"),
    "ipsec_tunnel": ObjectIdentifier("1.3.6.1.5.5.7.3.6"),
    "ipsec_user": ObjectIdentifier("1.3.6.1.5.5.7.3.7"),
    "timestamping": ExtendedKeyUsageOID.TIME_STAMPING,
    "ocsp_signing": ExtendedKeyUsageOID.OCSP_SIGNING,
    "microsoft_server_gated_crypto": ObjectIdentifier("1.3.6.1.4.1.311.10.3.3"),
    "netscape_server_gated_crypto": ObjectIdentifier("2.16.840.1.113730.4.1"),
    "microsoft_commercial_code_signing": ObjectIdentifier("1.3.6.1.4.1.311.2.1.22"),
    "microsoft_kernel_code_signing": ObjectIdentifier("1.3.6.1.4.1.311.61.1.1"),
}
ALLOWED_USES = Limit(one_of=tuple(sorted((*USAGES, *EXTENDED_USAGES))))

NAMES_INPUTS = {
    "dnsNames": Property(kind=["list", "string"], limit=Limit(min_length=1)),
    "ipAddresses": Property(kind=["list", "string"], limit=Limit(min_length=1)),
    "subject": Property(kind=SUBJECT_KIND),
    "uris": Property(kind=["list", "string"], limit=Limit(min_length=1)),
}
"""The inputs that say whom a certificate is for."""


def subject(inputs: Properties) -> x509.Name:
    """Return the distinguished name in the input `subject`."""
    given = inputs.get("subject") or {}
    return x509.Name(
        [
            x509.NameAttribute(oid, text)
            for key, oid in SUBJECT.items()
            for text in _listed(given.get(key))
            if text
        ]
    )


def alternative_names(inputs: Properties) -> list[x509.GeneralName]:
    """Return the subject alternative names in the inputs."""
    return [
        *(x509.DNSName(name) for name in inputs.get("dnsNames", ())),
        *(x509.IPAddress(ipaddress.ip_address(text)) for text in inputs.get("ipAddresses", ())),
        *(x509.UniformResourceIdentifier(uri) for uri in inputs.get("uris", ())),
    ]


def name_failures(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is wrong with the subject and the alternative names."""
    given = inputs.get("subject")
    for key, limit in SUBJECT_LIMITS.items():
        value = given.get(key) if isinstance(given, dict) else None
        if value and not is_unknown(value) and (reason := violation(limit, value)):
            yield CheckFailure(f"subject.{key}", reason)
    for key in ("dnsNames", "uris"):
        for where, text in _known(inputs, key):
            if not text.isascii():
                yield CheckFailure(where, f"is {quoted(text)}: write it in ASCII (Punycode)")
    for where, text in _known(inputs, "ipAddresses"):
        try:
            ipaddress.ip_address(text)
        except ValueError:
            yield CheckFailure(where, f"is {quoted(text)}: write an IPv4 or IPv6 address")


def usage_failures(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield usages that RFC 5280 defines together with another one only."""
    uses = inputs["allowedUses"]
    if has_unknown(uses) or "key_agreement" in uses:
        return
    for index, use in enumerate(uses):
        if use in ("encipher_only", "decipher_only"):
            yield CheckFailure(f"allowedUses[{index}]", f'is "{use}": add key_agreement')


def usages(uses: list[str]) -> Iterator[tuple[x509.ExtensionType, bool]]:
    """Yield the extensions of the input `allowedUses`, and whether they are critical."""
    chosen = {USAGES[use] for use in uses if use in USAGES}
    if chosen:
        yield x509.KeyUsage(**{name: name in chosen for name in USAGES.values()}), True
    extended = [EXTENDED_USAGES[use] for use in uses if use in EXTENDED_USAGES]
    if extended:
        yield x509.ExtendedKeyUsage(list(dict.fromkeys(extended))), False


def _listed(value: str | list[str] | None) -> list[str]:
    return value if isinstance(value, list) else [value or ""]


def _known(inputs: Properties, key: str) -> Iterator[tuple[str, str]]:
    """Yield the known items of the list *key* with their paths."""
    items = inputs.get(key, [])
    for index, text in enumerate(items if isinstance(items, list) else []):
        if not is_unknown(text):
            yield f"{key}[{index}]", text
