"""`PrivateKey` and `getPublicKey` of `tls`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from localcloud.provider.inputs import Limit
from localcloud.provider.row import CheckFailure
from localcloud.provider.utilities.declarations import Function, Made, Property, ResourceType
from localcloud.provider.utilities.keys import (
    PUBLIC_OUTPUTS,
    Key,
    KeyFormatError,
    algorithm,
    has_openssh_form,
    parse,
    parse_openssh,
    public_key_id,
    public_outputs,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.utilities.declarations import Properties

CURVES: dict[str, ec.EllipticCurve] = {
    "P224": ec.SECP224R1(),
    "P256": ec.SECP256R1(),
    "P384": ec.SECP384R1(),
    "P521": ec.SECP521R1(),
}
ALGORITHMS = ("ECDSA", "ED25519", "RSA")
PRIVATE_OUTPUTS = ("privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8")
MIN_RSA_BITS = 1024
MAX_RSA_BITS = 16_384


def _generate(inputs: Properties) -> Key:
    match inputs["algorithm"]:
        case "RSA":
            return rsa.generate_private_key(public_exponent=65537, key_size=inputs["rsaBits"])
        case "ECDSA":
            return ec.generate_private_key(CURVES[inputs["ecdsaCurve"]])
        case _:
            return ed25519.Ed25519PrivateKey.generate()


def _create_key(inputs: Properties) -> Made:
    key = _generate(inputs)
    pkcs8 = _private(key, PrivateFormat.PKCS8)
    is_ed25519 = isinstance(key, ed25519.Ed25519PrivateKey)  # has no format but PKCS #8
    outputs = {
        "privateKeyOpenssh": _private(key, PrivateFormat.OpenSSH) if has_openssh_form(key) else "",
        "privateKeyPem": pkcs8 if is_ed25519 else _private(key, PrivateFormat.TraditionalOpenSSL),
        "privateKeyPemPkcs8": pkcs8,
        **public_outputs(key),
    }
    return Made(public_key_id(key), outputs)


def _private(key: Key, form: PrivateFormat) -> str:
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def _check_public(inputs: Properties) -> Iterator[CheckFailure]:
    pem, openssh = inputs.get("privateKeyPem"), inputs.get("privateKeyOpenssh")
    if (pem is None) == (openssh is None):
        yield CheckFailure("privateKeyPem", "set either privateKeyPem or privateKeyOpenssh")
        return
    try:
        _argument(inputs)
    except KeyFormatError as error:
        yield CheckFailure("privateKeyOpenssh" if pem is None else "privateKeyPem", str(error))


def _argument(inputs: Properties) -> Key:
    pem = inputs.get("privateKeyPem")
    return parse_openssh(inputs["privateKeyOpenssh"]) if pem is None else parse(pem)


def _public_key(inputs: Properties) -> Properties:
    key = _argument(inputs)
    outputs = public_outputs(key)
    return {**inputs, "algorithm": algorithm(key), "id": public_key_id(key), **outputs}


TYPES = {
    "tls:index/privateKey:PrivateKey": ResourceType(
        inputs={
            "algorithm": Property(kind="string", required=True, limit=Limit(one_of=ALGORITHMS)),
            "ecdsaCurve": Property(
                kind="string", default="P224", limit=Limit(one_of=tuple(CURVES))
            ),
            "rsaBits": Property(
                kind="integer",
                default=2048,
                limit=Limit(minimum=MIN_RSA_BITS, maximum=MAX_RSA_BITS),
            ),
        },
        computed=dict.fromkeys((*PRIVATE_OUTPUTS, *PUBLIC_OUTPUTS), "string"),
        secret=frozenset(PRIVATE_OUTPUTS),
        create=_create_key,
    ),
}

FUNCTIONS = {
    "tls:index/getPublicKey:getPublicKey": Function(
        inputs={
            "privateKeyOpenssh": Property(kind="string", secret=True),
            "privateKeyPem": Property(kind="string", secret=True),
        },
        result=dict.fromkeys(("algorithm", "id", *PUBLIC_OUTPUTS), "string"),
        check=_check_public,
        call=_public_key,
    ),
}
