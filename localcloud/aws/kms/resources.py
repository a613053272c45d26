"""KMS: keys and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.documents import policy_failures
from localcloud.provider.row import (
    IGNORED,
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

LONGEST_WINDOW = 30


def create_key(context: Context) -> str:
    """Create the key, then set what has its own operation."""
    op = Op(name="CreateKey", rename={"customerMasterKeySpec": "KeySpec"})
    context.id = context.call_with_inputs(op)["KeyMetadata"]["KeyId"]
    if context.inputs.get("enableKeyRotation"):
        rotate(context)
    if context.inputs.get("isEnabled") is False:
        context.call("DisableKey", KeyId=context.id)
    return context.id


def rotate(context: Context) -> None:
    """Enable or disable key rotation."""
    if not context.inputs.get("enableKeyRotation"):
        context.call("DisableKeyRotation", KeyId=context.id)
        return
    days = context.inputs.get("rotationPeriodInDays")
    members = {"RotationPeriodInDays": days} if days else {}
    context.call("EnableKeyRotation", KeyId=context.id, **members)


def change_key(context: Context) -> None:
    """Change what differs; each part has its own operation."""
    inputs, changed = context.inputs, context.changed
    if "isEnabled" in changed:
        operation = "DisableKey" if inputs.get("isEnabled") is False else "EnableKey"
        context.call(operation, KeyId=context.id)
    if "description" in changed:
        description = inputs.get("description", "")
        context.call("UpdateKeyDescription", KeyId=context.id, Description=description)
    if "policy" in changed and "policy" in inputs:
        members = {"PolicyName": "default", "Policy": inputs["policy"]}
        context.call("PutKeyPolicy", KeyId=context.id, **members)
    if changed & {"enableKeyRotation", "rotationPeriodInDays"}:
        rotate(context)


def read_key(context: Context) -> Properties | None:
    """Return the key, None if it is pending deletion."""
    key = context.call("DescribeKey", KeyId=context.id)["KeyMetadata"]
    if key["KeyState"] == "PendingDeletion":
        return None
    policy = context.call("GetKeyPolicy", KeyId=context.id, PolicyName="default")["Policy"]
    rotation = context.call("GetKeyRotationStatus", KeyId=context.id)
    return {
        "keyId": key["KeyId"],
        "arn": key["Arn"],
        "description": key.get("Description"),
        "keyUsage": key.get("KeyUsage") or "ENCRYPT_DECRYPT",
        "customerMasterKeySpec": key.get("KeySpec"),
        "isEnabled": key["KeyState"] == "Enabled",
        "multiRegion": key.get("MultiRegion"),
        "policy": policy,
        "enableKeyRotation": rotation["KeyRotationEnabled"],
        "rotationPeriodInDays": rotation.get("RotationPeriodInDays"),
    }


def delete_key(context: Context) -> None:
    """Schedule the key's deletion: AWS does not delete keys immediately."""
    days = context.inputs.get("deletionWindowInDays", LONGEST_WINDOW)
    context.call("ScheduleKeyDeletion", KeyId=context.id, PendingWindowInDays=days)


def check_key(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of KMS's constraints across the inputs of a key."""
    yield from policy_failures(inputs, "policy", principal=True)
    if "rotationPeriodInDays" in inputs and not inputs.get("enableKeyRotation"):
        yield CheckFailure("rotationPeriodInDays", "requires enableKeyRotation: set it")


def read_alias(context: Context) -> Properties | None:
    """Return the alias, None if it does not exist."""
    pages = context.client().get_paginator("list_aliases")
    for page in pages.paginate():
        for alias in page["Aliases"]:
            if alias["AliasName"] == context.id:
                target = alias.get("TargetKeyId", "")
                head = f"arn:{context.partition}:kms:{context.region}:{context.account}"
                wanted = context.get("targetKeyId") or target
                # The program may name the key by its id or by its ARN: both mean the same.
                same = wanted.rsplit("/", 1)[-1] == target
                return {
                    "name": context.id,
                    "arn": alias["AliasArn"],
                    "targetKeyId": wanted if same else target,
                    "targetKeyArn": f"{head}:key/{target}",
                }
    return None


ROWS = (
    Row(
        type="aws:kms/key:Key",
        service="kms",
        inputs={
            **each(UPDATE, "description enableKeyRotation policy tags"),
            "isEnabled": Input(UPDATE, default=True),
            **each(REPLACE, "multiRegion region"),
            "keyUsage": Input(REPLACE, default="ENCRYPT_DECRYPT"),
            "customerMasterKeySpec": Input(REPLACE, default="SYMMETRIC_DEFAULT"),
            "bypassPolicyLockoutSafetyCheck": Input(IGNORED),
            "deletionWindowInDays": Input(UPDATE, state_only=True, limit=Limit(7, 30)),
            "rotationPeriodInDays": Input(UPDATE, limit=Limit(90, 2560)),
            "customKeyStoreId": Input(REPLACE, supported=False),
            "xksKeyId": Input(REPLACE, supported=False),
        },
        create=create_key,
        read=read_key,
        update=change_key,
        delete=delete_key,
        not_found_codes="KMSInvalidStateException: pending deletion",
        tags=Tagging(
            tag="TagResource",
            untag="UntagResource",
            read="ListResourceTags",
            keys={"KeyId": "id"},
        ),
        check=check_key,
        check_operations=("CreateKey",),
    ),
    Row(
        type="aws:kms/alias:Alias",
        service="kms",
        inputs={
            **each(REPLACE, "namePrefix region"),
            "targetKeyId": Input(UPDATE),
            "name": Input(
                REPLACE, limit=Limit(max_length=256, pattern=r"alias/(?!aws/)[a-zA-Z0-9/_-]+")
            ),
        },
        name=Naming(max_length=256, prefix="alias/"),
        create=Op(name="CreateAlias", keys={"AliasName": "name", "TargetKeyId": "targetKeyId"}),
        id="=name",
        read=read_alias,
        update=Op(name="UpdateAlias", keys={"AliasName": "id", "TargetKeyId": "targetKeyId"}),
        delete=Op(name="DeleteAlias", keys={"AliasName": "id"}),
    ),
)
