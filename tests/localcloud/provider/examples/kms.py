"""Examples of keys."""

from __future__ import annotations

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow

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
        values=lambda _: {"policy": allow("kms:*")},
        bad={"deletionWindowInDays": 3, "keyUsage": "GUESS", "policy": "none"},
    ),
    Example(
        type=KEY,
        variant="rotated",
        inputs=lambda _: {"enableKeyRotation": True},
        values=lambda _: {"rotationPeriodInDays": 90},
    ),
    Example(
        type="aws:kms/alias:Alias",
        inputs=lambda stage: {"targetKeyId": stage.make(KEY)["keyId"]},
        values=lambda stage: {"targetKeyId": stage.create(KEY, {}, name="another").id},
        bad={"name": "orders"},
    ),
)
