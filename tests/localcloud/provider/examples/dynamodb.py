"""Examples of tables."""

from __future__ import annotations

from tests.localcloud.provider.example import Example

ATTRIBUTES = [{"name": "sku", "type": "S"}, {"name": "kind", "type": "S"}]
TABLE = "aws:dynamodb/table:Table"
INDEX = {"name": "by-kind", "hashKey": "kind", "projectionType": "ALL"}

SCALED = {
    "name": "by-kind",
    "keySchemas": [
        {"attributeName": "kind", "keyType": "HASH"},
        {"attributeName": "sku", "keyType": "RANGE"},
    ],
    "projectionType": "INCLUDE",
    "nonKeyAttributes": ["price"],
    "readCapacity": 5,
    "writeCapacity": 5,
}

EXAMPLES = (
    Example(
        type=TABLE,
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
        values=lambda _: {
            "attributes": [{"name": "sku", "type": "S"}, {"name": "colour", "type": "N"}],
            "globalSecondaryIndexes": [{**INDEX, "hashKey": "colour"}],
            "onDemandThroughput": {"maxReadRequestUnits": 10, "maxWriteRequestUnits": 10},
            "pointInTimeRecovery": {"enabled": False},
            "serverSideEncryption": {"enabled": False},
            "ttl": {"attributeName": "expires", "enabled": False},
            "warmThroughput": {"readUnitsPerSecond": 15000, "writeUnitsPerSecond": 5000},
        },
        together=(
            "streamEnabled streamViewType",
            "attributes attributes.type globalSecondaryIndexes",
        ),
        kept="attributes billingMode globalSecondaryIndexes",
        bad={"name": "ab", "billingMode": "FREE", "attributes": [{"name": "sku", "type": "S"}]},
    ),
    Example(
        type=TABLE,
        variant="provisioned",
        inputs=lambda _: {
            "hashKey": "sku",
            "attributes": ATTRIBUTES[:1],
            "readCapacity": 5,
            "writeCapacity": 5,
        },
        values=lambda _: {"readCapacity": 6, "writeCapacity": 6},
    ),
    Example(
        type=TABLE,
        variant="scaled-index",
        inputs=lambda _: {
            "hashKey": "sku",
            "attributes": ATTRIBUTES,
            "readCapacity": 5,
            "writeCapacity": 5,
            "globalSecondaryIndexes": [SCALED],
        },
        values=lambda _: {
            "globalSecondaryIndexes": [
                {**SCALED, "readCapacity": 7},
                {**SCALED, "name": "second", "nonKeyAttributes": ["colour"]},
            ]
        },
    ),
)
