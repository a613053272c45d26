"""Private keys and public keys of `tls`."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa

from localcloud.provider.values import UNKNOWN, Secret, unwrap_secrets

KEY = "tls:index/privateKey:PrivateKey"
PUBLIC_KEY = "tls:index/getPublicKey:getPublicKey"
PEM = "is not an unencrypted private key in PEM format (RSA, ECDSA or ED25519)"
KINDS = [
    ("RSA", {}, "BEGIN RSA PRIVATE KEY"),
    ("RSA", {"rsaBits": 1024}, "BEGIN RSA PRIVATE KEY"),
    *(("ECDSA", {"ecdsaCurve": f"P{n}"}, "BEGIN EC PRIVATE KEY") for n in (224, 256, 384, 521)),
    ("ED25519", {}, "BEGIN PRIVATE KEY"),
]


def public_pem(key):
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@pytest.mark.parametrize(("algorithm", "inputs", "header"), KINDS)
def test_a_key_is_the_same_in_every_format(engine, algorithm, inputs, header):
    id_, outputs = engine.create(KEY, algorithm=algorithm, **inputs)

    secret = ("privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh")
    assert {key for key, value in outputs.items() if isinstance(value, Secret)} == set(secret)
    made = unwrap_secrets(outputs)
    assert f"-----{header}-----" in made["privateKeyPem"]
    assert "-----BEGIN PRIVATE KEY-----" in made["privateKeyPemPkcs8"]
    for form in secret[:2]:
        key = serialization.load_pem_private_key(made[form].encode(), None)
        assert public_pem(key) == made["publicKeyPem"]
    if inputs.get("ecdsaCurve") == "P224":
        assert made["privateKeyOpenssh"] == made["publicKeyOpenssh"] == ""
    else:
        key = serialization.load_ssh_private_key(made["privateKeyOpenssh"].encode(), None)
        public = serialization.load_ssh_public_key(made["publicKeyOpenssh"].encode())
        assert public_pem(key) == made["publicKeyPem"]
        assert key.public_key() == public
        for name, digest in (("Md5", hashes.MD5()), ("Sha256", hashes.SHA256())):
            expected = serialization.ssh_key_fingerprint(public, digest)
            shown = made[f"publicKeyFingerprint{name}"]
            parts = shown.replace(":", "") if name == "Md5" else shown.removeprefix("SHA256:") + "="
            found = bytes.fromhex(parts) if name == "Md5" else base64.b64decode(parts)
            assert found == expected
    assert len(bytes.fromhex(id_)) == 20


@pytest.mark.parametrize(("algorithm", "inputs"), [kind[:2] for kind in KINDS])
def test_the_public_key_of_a_private_key(engine, algorithm, inputs):
    made = engine.made(KEY, algorithm=algorithm, **inputs)
    forms = [form for form in ("privateKeyPem", "privateKeyOpenssh") if made[form]]
    assert len(forms) == (1 if inputs.get("ecdsaCurve") == "P224" else 2)

    for form in forms:
        found, failures = engine.invoke(PUBLIC_KEY, **{form: Secret(made[form])})

        assert failures == {}
        assert all(isinstance(value, Secret) for value in found.values())
        plain = unwrap_secrets(found)
        assert plain.pop("algorithm") == algorithm
        assert plain == {key: made[key] for key in plain}
        assert {"id", form} < plain.keys()


@pytest.mark.parametrize(
    ("arguments", "failures"),
    [
        ({}, {"privateKeyPem": "set either privateKeyPem or privateKeyOpenssh"}),
        (
            {"privateKeyPem": "a", "privateKeyOpenssh": "a"},
            {"privateKeyPem": "set either privateKeyPem or privateKeyOpenssh"},
        ),
        (
            {"privateKeyPem": "-----BEGIN NONSENSE"},
            {"privateKeyPem": f"{PEM}: pass private_key_pem of a tls.PrivateKey"},
        ),
        (
            {"privateKeyOpenssh": "secret"},
            {
                "privateKeyOpenssh": "is not an unencrypted private key in OpenSSH format (RSA, "
                "ECDSA or ED25519): pass private_key_openssh of a tls.PrivateKey"
            },
        ),
        ({"key": "a"}, {"key": f"is not an input of {PUBLIC_KEY}: remove it"}),
    ],
)
def test_a_public_key_of_nothing_is_refused(engine, arguments, failures):
    assert engine.invoke(PUBLIC_KEY, **arguments)[1] == failures


def test_a_key_of_another_algorithm_is_refused(engine):
    pem = (
        dsa.generate_private_key(1024)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )

    failures = engine.invoke(PUBLIC_KEY, privateKeyPem=pem)[1]

    assert failures["privateKeyPem"].startswith(PEM)


def test_check_writes_the_defaults(engine):
    assert engine.inputs(KEY, algorithm="RSA") == {
        "algorithm": "RSA",
        "ecdsaCurve": "P224",
        "rsaBits": 2048,
    }


@pytest.mark.parametrize(
    ("inputs", "failures"),
    [
        ({}, {"algorithm": "is required: set it"}),
        ({"algorithm": "DSA"}, {"algorithm": 'is "DSA": use one of ECDSA, ED25519, RSA'}),
        (
            {"algorithm": "ECDSA", "ecdsaCurve": "P255"},
            {"ecdsaCurve": 'is "P255": use one of P224, P256, P384, P521'},
        ),
        ({"algorithm": "RSA", "rsaBits": 512}, {"rsaBits": "is 512: use 1024 to 16384"}),
        ({"algorithm": "RSA", "bits": 1}, {"bits": f"is not an input of {KEY}: remove it"}),
    ],
)
def test_wrong_inputs_are_refused_with_what_to_write(engine, inputs, failures):
    assert engine.check(KEY, **inputs)[1] == failures


def test_a_preview_returns_unknown_outputs(engine):
    outputs = engine.create(KEY, preview=True, algorithm=UNKNOWN)[1]

    assert outputs["algorithm"] == UNKNOWN
    assert outputs["privateKeyPem"] == Secret(UNKNOWN)
    assert outputs["publicKeyPem"] == UNKNOWN


def test_a_key_is_replaced_and_not_imported(engine):
    changed = engine.diff(KEY, {"algorithm": "RSA"}, {"algorithm": "RSA", "rsaBits": 4096})

    assert changed == (["rsaBits"], ["rsaBits"])
    with engine.rejected("PrivateKey cannot be imported"):
        engine.read(KEY, "id")
