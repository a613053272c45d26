"""Signatures of KMS are valid elsewhere, and the states of keys count."""

import hashlib

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

MESSAGE = b"message"
PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=hashes.SHA256.digest_size)


@pytest.fixture(scope="module")
def kms(cloud):
    return cloud.client("kms")


@pytest.mark.parametrize("message_type", ["RAW", "DIGEST"])
@pytest.mark.parametrize(
    ("spec", "algorithm", "scheme"),
    [
        ("ECC_NIST_P256", "ECDSA_SHA_256", (ec.ECDSA(hashes.SHA256()),)),
        ("RSA_2048", "RSASSA_PSS_SHA_256", (PSS, hashes.SHA256())),
        ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256", (padding.PKCS1v15(), hashes.SHA256())),
    ],
)
def test_a_signature_verifies_with_the_public_key(kms, message_type, spec, algorithm, scheme):
    key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec=spec)["KeyMetadata"]["KeyId"]
    signed = MESSAGE if message_type == "RAW" else hashlib.sha256(MESSAGE).digest()

    signature = kms.sign(
        KeyId=key, Message=signed, MessageType=message_type, SigningAlgorithm=algorithm
    )["Signature"]

    public = load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
    public.verify(signature, MESSAGE, *scheme)
    verified = {"KeyId": key, "SigningAlgorithm": algorithm, "Signature": signature}
    assert kms.verify(**verified, Message=MESSAGE)["SignatureValid"]
    assert code(kms.verify, **verified, Message=b"other") == "KMSInvalidSignatureException"
    wrong = {"KeyId": key, "SigningAlgorithm": algorithm, "MessageType": "DIGEST"}
    assert code(kms.sign, **wrong, Message=b"short") == "ValidationException"


@pytest.mark.parametrize(
    ("change", "expected"),
    [("disable_key", "DisabledException"), ("schedule_key_deletion", "KMSInvalidStateException")],
)
def test_a_key_is_used_only_while_it_is_enabled(kms, change, expected):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]

    getattr(kms, change)(KeyId=key)

    assert code(kms.encrypt, KeyId=key, Plaintext=b"x") == expected
    assert code(kms.decrypt, CiphertextBlob=blob) == expected
    assert code(kms.generate_data_key, KeyId=key, KeySpec="AES_256") == expected
    assert code(kms.re_encrypt, CiphertextBlob=blob, DestinationKeyId=key) == expected
    if change == "disable_key":
        kms.enable_key(KeyId=key)
    else:
        assert code(kms.disable_key, KeyId=key) == expected
        kms.cancel_key_deletion(KeyId=key)
        kms.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def code(operation, **parameters):
    with pytest.raises(ClientError) as refused:
        operation(**parameters)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return refused.value.response["Error"]["Code"]
