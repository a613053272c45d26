"""DynamoDB: tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.dynamodb.table_updates import (
    attribute_types,
    change_indexes,
    described_indexes,
    global_indexes,
    update,
    wait_until_ready,
    with_throughput,
)
from localcloud.provider.dynamodb_requests import (
    PER_REQUEST,
    PROVISIONED,
    canonical_indexes,
    encryption,
    is_provisioned,
    members,
    settings_now,
    stream,
    throughput,
)
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

THROUGHPUT = frozenset({"billingMode", "readCapacity", "writeCapacity"})
SINGLE = frozenset(
    {"deletionProtectionEnabled", "onDemandThroughput", "tableClass", "warmThroughput"}
)
"""Inputs that an update sends unchanged."""

TYPES = ("S", "N", "B")

CREATE = Op(
    name="CreateTable",
    only="name tableClass deletionProtectionEnabled onDemandThroughput warmThroughput",
    extra=members,
)


def create(context: Context) -> str:
    """Create the table, then enable TTL and point-in-time recovery."""
    context.call_with_inputs(CREATE)
    context.id = context.inputs["name"]
    wait_until_ready(context)
    if (context.inputs.get("ttl") or {}).get("enabled"):
        set_expiry(context)
    if (context.inputs.get("pointInTimeRecovery") or {}).get("enabled"):
        set_recovery(context)
    return context.id


def set_expiry(context: Context) -> None:
    """Enable or disable TTL."""
    ttl = context.inputs.get("ttl") or {}
    before = context.old_inputs.get("ttl") or {}
    name = ttl.get("attributeName") or before.get("attributeName")
    if name:
        wanted = {"Enabled": bool(ttl.get("enabled")), "AttributeName": name}
        context.call("UpdateTimeToLive", TableName=context.id, TimeToLiveSpecification=wanted)


def set_recovery(context: Context) -> None:
    """Enable or disable point-in-time recovery."""
    recovery = context.inputs.get("pointInTimeRecovery") or {}
    wanted: dict[str, Any] = {"PointInTimeRecoveryEnabled": bool(recovery.get("enabled"))}
    if recovery.get("enabled") and recovery.get("recoveryPeriodInDays"):
        wanted["RecoveryPeriodInDays"] = recovery["recoveryPeriodInDays"]
    specification = {"PointInTimeRecoverySpecification": wanted}
    context.call("UpdateContinuousBackups", TableName=context.id, **specification)


def change(context: Context) -> None:
    """Change what differs; DynamoDB accepts one kind of change at a time."""
    inputs, changed = context.inputs, context.changed
    if changed & THROUGHPUT:
        wanted: dict[str, Any] = {"BillingMode": inputs.get("billingMode", PROVISIONED)}
        if is_provisioned(context):
            wanted["ProvisionedThroughput"] = throughput(inputs)
            if "billingMode" in changed:
                there, new = described_indexes(context), global_indexes(inputs)
                updates = [with_throughput(new.get(name, {"name": name})) for name in there]
                wanted |= {"GlobalSecondaryIndexUpdates": updates} if updates else {}
        update(context, wanted)
    if changed & {"streamEnabled", "streamViewType"}:
        update(context, {"StreamSpecification": stream(context)})
    if "serverSideEncryption" in changed:
        update(context, {"SSESpecification": encryption(context)})
    for name in sorted(changed & SINGLE & set(inputs)):
        context.call_with_inputs(Op(name="UpdateTable", keys={"TableName": "id"}, only=name))
        wait_until_ready(context)
    if changed & {"attributes", "globalSecondaryIndexes"}:
        change_indexes(context)
    if "ttl" in changed:
        set_expiry(context)
    if "pointInTimeRecovery" in changed:
        set_recovery(context)


def changed_key_types(olds: Properties, news: Properties) -> Iterator[str]:
    """Yield `attributes` if a key of the table gets another type, which DynamoDB cannot change."""
    before, after = attribute_types(olds), attribute_types(news)
    keys = [news.get("hashKey"), news.get("rangeKey")]
    keys += [item.get("rangeKey") for item in news.get("localSecondaryIndexes") or []]
    if any(before.get(key, kind) != kind for key, kind in after.items() if key in keys):
        yield "attributes"


def read(context: Context) -> Properties:
    """Return the table, with its keys by name."""
    table = context.call("DescribeTable", TableName=context.id)["Table"]
    found = {item["KeyType"]: item["AttributeName"] for item in table["KeySchema"]}
    mode = table.get("BillingModeSummary", {}).get("BillingMode", PROVISIONED)
    amounts = table.get("ProvisionedThroughput", {}) if mode == PROVISIONED else {}
    specification = table.get("StreamSpecification") or {}
    return {
        **settings_now(context, table),
        "arn": table["TableArn"],
        "name": table["TableName"],
        "hashKey": found["HASH"],
        "rangeKey": found.get("RANGE"),
        "billingMode": mode,
        "readCapacity": amounts.get("ReadCapacityUnits"),
        "writeCapacity": amounts.get("WriteCapacityUnits"),
        "deletionProtectionEnabled": table.get("DeletionProtectionEnabled", False),
        "streamEnabled": specification.get("StreamEnabled", False),
        "streamViewType": specification.get("StreamViewType"),
        "streamArn": table.get("LatestStreamArn"),
        "streamLabel": table.get("LatestStreamLabel"),
        "attributes": [
            {"name": item["AttributeName"], "type": item["AttributeType"]}
            for item in table["AttributeDefinitions"]
        ],
    }


def delete(context: Context) -> None:
    """Delete the table and wait until it does not exist."""
    context.call("DeleteTable", TableName=context.id)

    def gone() -> bool:
        try:
            context.call("DescribeTable", TableName=context.id)
        except Exception as error:
            if context.is_not_found(error):
                return True
            raise
        return False

    context.wait(f"the table {context.id} to be deleted", gone)


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of DynamoDB's constraints across the inputs of a table."""
    if "attributes" not in inputs and "hashKey" in inputs:
        yield CheckFailure("attributes", "is required: declare the attributes that the keys use")
    if inputs.get("streamEnabled") and "streamViewType" not in inputs:
        yield CheckFailure("streamViewType", "is required with streamEnabled: set it")
    if inputs.get("billingMode") == PER_REQUEST:
        for key in ("readCapacity", "writeCapacity"):
            if inputs.get(key):
                yield CheckFailure(key, f"does not apply to billing mode {PER_REQUEST}: remove it")
    for key, limit in (("globalSecondaryIndexes", 20), ("localSecondaryIndexes", 5)):
        if len(inputs.get(key) or []) > limit:
            yield CheckFailure(key, f"has more than {limit} indexes: remove some")
    declared = {item.get("name") for item in inputs.get("attributes") or []}
    indexes = [
        *(inputs.get("globalSecondaryIndexes") or []),
        *(inputs.get("localSecondaryIndexes") or []),
    ]
    used = [inputs.get(key) for key in ("hashKey", "rangeKey")]
    used += [item.get(key) for item in indexes for key in ("hashKey", "rangeKey")]
    used += [key["attributeName"] for item in indexes for key in item.get("keySchemas") or []]
    wanted = {name for name in used if name}
    if "attributes" in inputs and wanted != declared:
        missing, spare = sorted(wanted - declared), sorted(declared - wanted)
        parts = [f"lacks {', '.join(missing)}"] if missing else []
        parts += [f"declares {', '.join(spare)}, which no key uses"] if spare else []
        yield CheckFailure(
            "attributes", f"{' and '.join(parts)}: declare exactly what the keys use"
        )


ROWS = (
    Row(
        type="aws:dynamodb/table:Table",
        service="dynamodb",
        inputs={
            **each(
                UPDATE,
                """pointInTimeRecovery readCapacity serverSideEncryption streamEnabled
            tags ttl warmThroughput writeCapacity""",
            ),
            **each(REPLACE, "hashKey rangeKey region"),
            "deletionProtectionEnabled": Input(UPDATE, reset=False),
            "onDemandThroughput": Input(
                UPDATE, reset={"maxReadRequestUnits": -1, "maxWriteRequestUnits": -1}
            ),
            "tableClass": Input(
                UPDATE,
                default="STANDARD",
                limit=Limit(one_of=("STANDARD", "STANDARD_INFREQUENT_ACCESS")),
            ),
            "attributes.type": Input(UPDATE, limit=Limit(one_of=TYPES)),
            "billingMode": Input(
                UPDATE, default=PROVISIONED, limit=Limit(one_of=(PER_REQUEST, PROVISIONED))
            ),
            "streamViewType": Input(
                UPDATE,
                limit=Limit(one_of=("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")),
            ),
            "pointInTimeRecovery.recoveryPeriodInDays": Input(
                UPDATE, limit=Limit(1, 35), chosen_by_aws=True
            ),
            "serverSideEncryption.kmsKeyArn": Input(UPDATE, chosen_by_aws=True),
            "attributes": Input(UPDATE, unordered=True),
            "globalSecondaryIndexes": Input(UPDATE, unordered=True, canonical=canonical_indexes),
            "globalSecondaryIndexes.onDemandThroughput": Input(UPDATE, supported=False),
            "globalTableWitness": Input(UPDATE, supported=False),
            "replicas": Input(UPDATE, supported=False),
            "name": Input(
                REPLACE, limit=Limit(min_length=3, max_length=255, pattern=r"[a-zA-Z0-9_.-]+")
            ),
            "localSecondaryIndexes": Input(REPLACE, unordered=True),
            "importTable": Input(REPLACE, supported=False),
            "restoreBackupArn": Input(REPLACE, supported=False),
            "restoreDateTime": Input(REPLACE, supported=False),
            "restoreSourceName": Input(REPLACE, supported=False),
            "restoreSourceTableArn": Input(REPLACE, supported=False),
            "restoreToLatestTime": Input(REPLACE, supported=False),
        },
        name=Naming(),
        create=create,
        read=read,
        outputs={"attributes": "attributes"},
        update=change,
        replaces=changed_key_types,
        delete=delete,
        tags=Tagging(
            tag="TagResource",
            untag="UntagResource",
            read="ListTagsOfResource",
            keys={"ResourceArn": "arn"},
        ),
        check=check,
    ),
)
