"""Examples of keys."""

from __future__ import annotations

from tests.localcloud.provider.example import Example

KEY = "aws:kms/key:Key"

EXAMPLES = (
    Example(
        type=KEY,
        inputs=lambda _: {
            "description": "orders",
            "enableKeyRotation": True,
            "deletionWindowInDays": 7,
            "tags": {"kind": "example"},
        },
        update={"description": "all orders", "enableKeyRotation": False, "tags": {}},
        outputs={"isEnabled": True, "keyUsage": "ENCRYPT_DECRYPT"},
        optional=lambda _: {"isEnabled": False},
        bad={"deletionWindowInDays": 3, "keyUsage": "GUESS", "policy": "none"},
    ),
    Example(
        type="aws:kms/alias:Alias",
        inputs=lambda stage: {"targetKeyId": stage.make(KEY)["keyId"]},
        bad={"name": "orders"},
    ),
)
