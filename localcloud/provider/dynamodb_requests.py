"""DynamoDB: what its requests are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

PER_REQUEST, PROVISIONED = "PAY_PER_REQUEST", "PROVISIONED"


def definitions(context: Context) -> list[dict[str, str]]:
    """Return the attributes that keys use."""
    return [
        {"AttributeName": item["name"], "AttributeType": item["type"]}
        for item in context.inputs.get("attributes") or []
    ]


def keys(hash_key: str, range_key: str | None) -> list[dict[str, str]]:
    """Return a key schema."""
    found = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return [*found, {"AttributeName": range_key, "KeyType": "RANGE"}] if range_key else found


def throughput(settings: Properties) -> dict[str, int]:
    """Return the provisioned throughput of a table or an index."""
    return {
        "ReadCapacityUnits": settings.get("readCapacity") or 1,
        "WriteCapacityUnits": settings.get("writeCapacity") or 1,
    }


def is_provisioned(context: Context) -> bool:
    """Say whether the table's capacity is bought beforehand, which is the default."""
    return context.inputs.get("billingMode", PROVISIONED) == PROVISIONED


def index(context: Context, item: dict[str, Any], *, is_global: bool) -> dict[str, Any]:
    """Return an index as AWS writes it."""
    projection: dict[str, Any] = {"ProjectionType": item.get("projectionType", "ALL")}
    if item.get("nonKeyAttributes"):
        projection["NonKeyAttributes"] = item["nonKeyAttributes"]
    found: dict[str, Any] = {
        "IndexName": item["name"],
        "KeySchema": index_keys(item, context.inputs["hashKey"]),
        "Projection": projection,
    }
    if is_global and is_provisioned(context):
        found["ProvisionedThroughput"] = throughput(item)
    if item.get("warmThroughput"):
        found["WarmThroughput"] = {
            "ReadUnitsPerSecond": item["warmThroughput"]["readUnitsPerSecond"],
            "WriteUnitsPerSecond": item["warmThroughput"]["writeUnitsPerSecond"],
        }
    return found


def index_keys(item: dict[str, Any], hash_key: str) -> list[dict[str, str]]:
    """Return the key schema of an index; *hash_key* is that of a local one."""
    schemas = [
        {"AttributeName": key["attributeName"], "KeyType": key["keyType"]}
        for key in item.get("keySchemas") or []
    ]
    return schemas or keys(item.get("hashKey") or hash_key, item.get("rangeKey"))


def canonical_indexes(indexes: Any, _inputs: Properties) -> Any:
    """Return global indexes with `keySchemas` in place of `hashKey` and `rangeKey`."""
    if not isinstance(indexes, list) or not all(isinstance(item, dict) for item in indexes):
        return indexes
    return [_with_key_schemas(item) for item in indexes]


def _with_key_schemas(item: dict[str, Any]) -> dict[str, Any]:
    if item.get("keySchemas") or not isinstance(item.get("hashKey"), str):
        return item
    schemas = [
        {"attributeName": item[key], "keyType": kind}
        for key, kind in (("hashKey", "HASH"), ("rangeKey", "RANGE"))
        if item.get(key)
    ]
    rest = {key: value for key, value in item.items() if key not in {"hashKey", "rangeKey"}}
    return {**rest, "keySchemas": schemas}


def encryption(context: Context) -> dict[str, Any]:
    """Return how the table is encrypted."""
    wanted = context.inputs.get("serverSideEncryption") or {"enabled": False}
    found: dict[str, Any] = {"Enabled": bool(wanted["enabled"])}
    if wanted["enabled"]:
        found["SSEType"] = "KMS"
    if wanted.get("kmsKeyArn"):
        found["KMSMasterKeyId"] = wanted["kmsKeyArn"]
    return found


def stream(context: Context) -> dict[str, Any]:
    """Return whether the table has a stream and what is in it."""
    if not context.inputs.get("streamEnabled"):
        return {"StreamEnabled": False}
    return {"StreamEnabled": True, "StreamViewType": context.inputs["streamViewType"]}


def members(context: Context) -> Properties:
    """Return the parts of a table that AWS has in another form."""
    inputs = context.inputs
    found: dict[str, Any] = {
        "AttributeDefinitions": definitions(context),
        "KeySchema": keys(inputs["hashKey"], inputs.get("rangeKey")),
        "BillingMode": inputs.get("billingMode", PROVISIONED),
    }
    if is_provisioned(context):
        found["ProvisionedThroughput"] = throughput(inputs)
    for key, member in (
        ("globalSecondaryIndexes", "GlobalSecondaryIndexes"),
        ("localSecondaryIndexes", "LocalSecondaryIndexes"),
    ):
        if inputs.get(key):
            is_global = key.startswith("global")
            found[member] = [index(context, item, is_global=is_global) for item in inputs[key]]
    if inputs.get("streamEnabled"):
        found["StreamSpecification"] = stream(context)
    if inputs.get("serverSideEncryption"):
        found["SSESpecification"] = encryption(context)
    return found


def settings_now(context: Context, table: Properties) -> dict[str, Any]:
    """Return the settings of *table* that have operations of their own, as the SDK groups them."""
    expiry = context.call("DescribeTimeToLive", TableName=context.id)["TimeToLiveDescription"]
    backups = context.call("DescribeContinuousBackups", TableName=context.id)
    recovery = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    key = table.get("SSEDescription") or {}
    found = {
        "ttl": {
            "enabled": expiry["TimeToLiveStatus"] in ("ENABLED", "ENABLING"),
            "attributeName": expiry.get("AttributeName"),
        },
        "pointInTimeRecovery": {
            "enabled": recovery.get("PointInTimeRecoveryStatus") == "ENABLED",
            "recoveryPeriodInDays": recovery.get("RecoveryPeriodInDays"),
        },
        "serverSideEncryption": {
            "enabled": key.get("Status") in ("ENABLED", "ENABLING", "UPDATING"),
            "kmsKeyArn": key.get("KMSMasterKeyArn"),
        },
        "onDemandThroughput": table.get("OnDemandThroughput"),
        "warmThroughput": table.get("WarmThroughput"),
        "tableClass": (table.get("TableClassSummary") or {}).get("TableClass"),
    }
    for name in ("global", "local"):
        indexes = table.get(f"{name.capitalize()}SecondaryIndexes") or []
        key = f"{name}SecondaryIndexes"
        written = {item["name"]: item for item in context.get(key) or []}
        found[key] = [
            index_now(item, written.get(item["IndexName"], {}), is_global=name == "global")
            for item in indexes
        ]
    return found


def index_now(item: Properties, written: Properties, *, is_global: bool) -> dict[str, Any]:
    """Return an index as the SDK describes it, its keys in the form in which they are written."""
    schema = item["KeySchema"]
    keys = {key["KeyType"]: key["AttributeName"] for key in schema}
    amounts = item.get("ProvisionedThroughput") or {}
    several = len(keys) < len(schema)
    found: dict[str, Any] = {}
    if several or written.get("keySchemas"):
        found["keySchemas"] = [
            {"attributeName": key["AttributeName"], "keyType": key["KeyType"]} for key in schema
        ]
    else:
        found["rangeKey"] = keys.get("RANGE")
        if is_global:
            found["hashKey"] = keys["HASH"]
    return {
        **found,
        "name": item["IndexName"],
        "projectionType": item["Projection"].get("ProjectionType"),
        "nonKeyAttributes": item["Projection"].get("NonKeyAttributes"),
        "readCapacity": amounts.get("ReadCapacityUnits"),
        "writeCapacity": amounts.get("WriteCapacityUnits"),
    }
