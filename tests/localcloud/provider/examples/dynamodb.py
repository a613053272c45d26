"""Examples of tables."""

from __future__ import annotations

from tests.localcloud.provider.example import Example

ATTRIBUTES = [{"name": "sku", "type": "S"}, {"name": "kind", "type": "S"}]
INDEX = {"name": "by-kind", "hashKey": "kind", "projectionType": "ALL"}

EXAMPLES = (
    Example(
        type="aws:dynamodb/table:Table",
        inputs=lambda _: {
            "billingMode": "PAY_PER_REQUEST",
            "hashKey": "sku",
            "attributes": ATTRIBUTES,
            "globalSecondaryIndexes": [INDEX],
            "ttl": {"attributeName": "expires", "enabled": True},
            "pointInTimeRecovery": {"enabled": True},
            "serverSideEncryption": {"enabled": True},
            "tags": {"kind": "example"},
        },
        update={
            "streamEnabled": True,
            "streamViewType": "NEW_IMAGE",
            "globalSecondaryIndexes": [{**INDEX, "name": "by-kind-again"}],
            "pointInTimeRecovery": {"enabled": False},
            "tags": {"kind": "changed"},
        },
        outputs={"hashKey": "sku", "billingMode": "PAY_PER_REQUEST"},
        optional=lambda _: {
            "deletionProtectionEnabled": True,
            "streamEnabled": True,
            "streamViewType": "NEW_IMAGE",
        },
        together=("streamEnabled streamViewType",),
        kept="attributes billingMode globalSecondaryIndexes",
        bad={"name": "ab", "billingMode": "FREE", "attributes": [{"name": "sku", "type": "S"}]},
    ),
)
