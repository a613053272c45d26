"""Private keys in the formats that `tls` reads and writes."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from localcloud.provider.inputs import IGNORED
from localcloud.provider.row import CheckFailure
from localcloud.provider.utilities.declarations import Property
from localcloud.provider.values import is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.utilities.declarations import Properties

Digest = hashes.SHA256 | hashes.SHA384 | hashes.SHA512
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

DIGESTS: dict[str, Digest] = {
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}
PUBLIC_OUTPUTS = (
    "publicKeyFingerprintMd5",
    "publicKeyFingerprintSha256",
    "publicKeyOpenssh",
    "publicKeyPem",
)


class KeyFormatError(ValueError):
    """Raised when a text is not a private key."""


def parse(pem: str) -> Key:
    """Return the private key in PEM (PKCS #1, PKCS #8, SEC 1)."""
    try:
        return _supported(load_pem_private_key(pem.encode(), None))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFormatError(
            "is not an unencrypted private key in PEM format (RSA, ECDSA or ED25519): "
            "pass private_key_pem of a tls.PrivateKey"
        ) from error


def parse_openssh(text: str) -> Key:
    """Return the private key in OpenSSH's format."""
    try:
        return _supported(load_ssh_private_key(text.encode(), None))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFormatError(
            "is not an unencrypted private key in OpenSSH format (RSA, ECDSA or ED25519): "
            "pass private_key_openssh of a tls.PrivateKey"
        ) from error


def algorithm(key: Key) -> str:
    """Return the name of the algorithm of *key*."""
    if isinstance(key, rsa.RSAPrivateKey):
        return "RSA"
    return "ECDSA" if isinstance(key, ec.EllipticCurvePrivateKey) else "ED25519"


def digest(key: Key) -> Digest | None:
    """Return what *key* signs with; ED25519 has none to choose."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return None
    curve = key.curve.name if isinstance(key, ec.EllipticCurvePrivateKey) else ""
    return DIGESTS.get(curve, hashes.SHA256())


def sha1_id(der: bytes) -> str:
    """Return the ID of what has the encoding *der*."""
    return hashlib.sha1(der.strip(), usedforsecurity=False).hexdigest()


def public_outputs(key: Key) -> Properties:
    """Return the public key in its formats; OpenSSH has none for P224."""
    public = key.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    if not has_openssh_form(key):
        return {**dict.fromkeys(PUBLIC_OUTPUTS, ""), "publicKeyPem": pem}
    openssh = public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    blob = base64.b64decode(openssh.split()[1])
    sha256 = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return {
        "publicKeyFingerprintMd5": hashlib.md5(blob, usedforsecurity=False).digest().hex(":"),
        "publicKeyFingerprintSha256": f"SHA256:{sha256}",
        "publicKeyOpenssh": f"{openssh}\n",
        "publicKeyPem": pem,
    }


def public_key_id(key: Key) -> str:
    """Return the ID of a key: a checksum of its public part."""
    form = PublicFormat.SubjectPublicKeyInfo
    return sha1_id(key.public_key().public_bytes(Encoding.DER, form))


def _supported(key: object) -> Key:
    if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        return key
    raise KeyFormatError


def has_openssh_form(key: Key) -> bool:
    """Return whether OpenSSH has a format for *key*: for P224 it has none."""
    return not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp224r1"


def key_failures(inputs: Properties, name: str) -> Iterator[CheckFailure]:
    """Yield what is wrong with the private key in *name* or its write-only twin."""
    write_only, version = f"{name}Wo", f"{name}WoVersion"
    if (name in inputs) == (write_only in inputs):
        yield CheckFailure(name, f"set either {name}, or {write_only} with {version}")
    elif (write_only in inputs) != (version in inputs):
        yield CheckFailure(write_only, f"set {write_only} together with {version}")
    for key in (name, write_only):
        if key in inputs and not is_unknown(inputs[key]):
            try:
                parse(inputs[key])
            except KeyFormatError as error:
                yield CheckFailure(key, str(error))


def key_of(inputs: Properties, name: str) -> Key:
    """Return the private key in *name* or its write-only twin."""
    return parse(inputs.get(name) or inputs[f"{name}Wo"])


def key_inputs(name: str) -> dict[str, Property]:
    """Return the inputs for a private key: *name* or its write-only twin."""
    return {
        name: Property(kind="string", secret=True),
        f"{name}Wo": Property(kind="string", secret=True, write_only=True, effect=IGNORED),
        f"{name}WoVersion": Property(kind="integer"),
    }
