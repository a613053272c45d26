"""Examples of parameters."""

from __future__ import annotations

from tests.localcloud.provider.example import Example

PARAMETER = "aws:ssm/parameter:Parameter"

EXAMPLES = (
    Example(
        type=PARAMETER,
        inputs=lambda _: {"type": "SecureString", "value": "one", "tags": {"kind": "example"}},
        update={"value": "two", "tags": {"kind": "changed"}},
        optional=lambda _: {"description": "what it is for", "allowedPattern": "[a-z]+"},
        values=lambda stage: {
            "tier": "Advanced",
            "type": "String",
            "keyId": stage.make("aws:kms/key:Key")["arn"],
        },
        outputs={"version": 1, "hasValueWo": False},
        bad={"type": "Text", "tier": "Free", "insecureValue": "x"},
    ),
    Example(
        type=PARAMETER,
        variant="insecure",
        inputs=lambda _: {"type": "String", "insecureValue": "one"},
        values=lambda _: {"insecureValue": "two"},
    ),
)
