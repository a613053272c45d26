"""Key Management Service."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="kms",
    moto="kms",
    read_operations=frozenset({
        "Decrypt", "Encrypt", "ReEncrypt", "Sign", "Verify", "VerifyMac",
        "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext", "GenerateRandom",
    }),
    overrides=("overrides:install", "rotation:install"),
)  # fmt: skip
