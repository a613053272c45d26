"""Secrets Manager: secrets, their versions and their rotation."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from localcloud.provider.documents import policy_failures
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

LONGEST_WINDOW = 30
CURRENT = "AWSCURRENT"
DELETED = "InvalidRequestException: marked"
"""The error for a secret that is pending deletion."""


def create_secret(context: Context) -> str:
    """Create the secret without a value, and set its policy."""
    context.id = context.call_with_inputs(Op(name="CreateSecret"))["ARN"]
    if context.inputs.get("policy"):
        put_policy(context)
    return context.id


def put_policy(context: Context) -> None:
    """Set or remove the secret's policy."""
    policy = context.inputs.get("policy")
    if policy:
        context.call("PutResourcePolicy", SecretId=context.id, ResourcePolicy=policy)
    else:
        context.call("DeleteResourcePolicy", SecretId=context.id)


def change_secret(context: Context) -> None:
    """Change description, key and policy."""
    inputs, changed = context.inputs, context.changed
    if changed & {"description", "kmsKeyId"}:
        key = {"KmsKeyId": inputs["kmsKeyId"]} if "kmsKeyId" in inputs else {}
        description = inputs.get("description", "")
        context.call("UpdateSecret", SecretId=context.id, Description=description, **key)
    if "policy" in changed:
        put_policy(context)


def read_secret(context: Context) -> Properties | None:
    """Return the secret, None if it is pending deletion."""
    found = context.call("DescribeSecret", SecretId=context.id)
    if found.get("DeletedDate"):
        return None
    policy = context.call("GetResourcePolicy", SecretId=context.id).get("ResourcePolicy")
    return {**found, "policy": policy}


def delete_secret(context: Context) -> None:
    """Delete the secret after its recovery window, immediately if that is 0."""
    days = context.get("recoveryWindowInDays")
    days = LONGEST_WINDOW if days is None else days
    window: dict[str, Any] = {"RecoveryWindowInDays": days}
    if days == 0:
        window = {"ForceDeleteWithoutRecovery": True}
    context.call("DeleteSecret", SecretId=context.id, **window)


def check_secret(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Secrets Manager's constraints on a secret."""
    yield from policy_failures(inputs, "policy", principal=True)
    days = inputs.get("recoveryWindowInDays")
    if isinstance(days, int) and days != 0 and not 7 <= days <= LONGEST_WINDOW:  # noqa: PLR2004
        yield CheckFailure("recoveryWindowInDays", f"is {days}: use 0, or 7 to {LONGEST_WINDOW}")


def put_value(context: Context) -> str:
    """Put a version of the secret."""
    inputs = context.inputs
    value: dict[str, Any] = {}
    if "secretString" in inputs:
        value["SecretString"] = inputs["secretString"]
    elif "secretBinary" in inputs:
        value["SecretBinary"] = base64.b64decode(inputs["secretBinary"])
    if inputs.get("versionStages"):
        value["VersionStages"] = inputs["versionStages"]
    answer = context.call("PutSecretValue", SecretId=inputs["secretId"], **value)
    return f"{inputs['secretId']}|{answer['VersionId']}"


def read_value(context: Context) -> Properties:
    """Return the version.

    One that a rotation has superseded twice has no stage and is dropped by and by. It counts as
    there, as long as the secret is: writing the first value again would undo the rotation.
    """
    secret, version = context.id.split("|", 1)
    known = context.call("DescribeSecret", SecretId=secret)
    found = {"secretId": context.get("secretId") or secret, "versionId": version}
    found |= {"arn": known["ARN"], "secretArn": known["ARN"], "hasSecretStringWo": False}
    try:
        value = context.call("GetSecretValue", SecretId=secret, VersionId=version)
    except Exception as error:
        if context.is_not_found(error):
            return found
        raise
    binary = value.get("SecretBinary")
    return {
        **found,
        "secretString": value.get("SecretString"),
        "secretBinary": base64.b64encode(binary).decode() if binary else None,
        "versionStages": value.get("VersionStages"),
    }


def move_stages(context: Context) -> None:
    """Move the staging labels of the program to the version, and remove the others.

    Only the move to another version takes AWSCURRENT away from one.
    """
    if "versionStages" not in context.inputs:
        return
    secret, version = context.id.split("|", 1)
    known = stages_of(context, secret)
    want = set(context.inputs["versionStages"])
    for stage in sorted(want.difference(known.get(version, ()))):
        holders = [other for other, stages in known.items() if stage in stages]
        source = {"RemoveFromVersionId": holders[0]} if holders else {}
        move_stage(context, secret, stage, MoveToVersionId=version, **source)
    have = stages_of(context, secret).get(version, ())  # AWSPREVIOUS follows AWSCURRENT by itself
    for stage in sorted(set(have) - want - {CURRENT}):
        move_stage(context, secret, stage, RemoveFromVersionId=version)


def stages_of(context: Context, secret: str) -> dict[str, list[str]]:
    """Return the staging labels of each version of *secret*."""
    return context.call("DescribeSecret", SecretId=secret)["VersionIdsToStages"]


def move_stage(context: Context, secret: str, stage: str, **versions: str) -> None:
    """Move a staging label of *secret* between *versions*."""
    context.call("UpdateSecretVersionStage", SecretId=secret, VersionStage=stage, **versions)


def check_value(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield a failure if a version has two values."""
    if "secretString" in inputs and "secretBinary" in inputs:
        yield CheckFailure("secretBinary", "conflicts with secretString: set one of them")


def rotate(context: Context) -> str:
    """Enable rotation and, if it starts immediately, wait until it is complete."""
    context.id = context.inputs["secretId"]
    op = Op(name="RotateSecret", rename={"rotationLambdaArn": "RotationLambdaARN"})
    answer = context.call_with_inputs(op)
    version = answer.get("VersionId")
    if context.inputs.get("rotateImmediately", True) and version:

        def current() -> bool:
            known = context.call("DescribeSecret", SecretId=context.id)
            return CURRENT in (known.get("VersionIdsToStages") or {}).get(version, ())

        context.wait(f"the first rotation of {context.id}: see the function's log", current)
    return context.id


def read_rotation(context: Context) -> Properties | None:
    """Return the rotation, None if it is disabled."""
    found = context.call("DescribeSecret", SecretId=context.id)
    if found.get("DeletedDate") or not found.get("RotationEnabled"):
        return None
    return {
        "secretId": context.get("secretId") or context.id,
        "rotationEnabled": True,
        "rotationLambdaArn": found.get("RotationLambdaARN"),
        "rotationRules": found.get("RotationRules"),
    }


ROWS = (
    Row(
        type="aws:secretsmanager/secret:Secret",
        service="secretsmanager",
        inputs={
            **each(UPDATE, "policy tags"),
            "recoveryWindowInDays": Input(UPDATE, default=30, state_only=True),
            **each(REPLACE, "namePrefix region"),
            "description": Input(UPDATE, reset=""),
            "kmsKeyId": Input(UPDATE, reset=""),
            "forceOverwriteReplicaSecret": Input(UPDATE, state_only=True, supported=False),
            "replicas": Input(UPDATE, supported=False),
            "name": Input(
                REPLACE, limit=Limit(min_length=1, max_length=512, pattern=r"[A-Za-z0-9/_+=.@-]+")
            ),
            "type": Input(REPLACE, supported=False),
        },
        name=Naming(max_length=512),
        create=create_secret,
        read=read_secret,
        update=change_secret,
        delete=delete_secret,
        not_found_codes=DELETED,
        tags=Tagging(tag="TagResource", untag="UntagResource", keys={"SecretId": "id"}),
        check=check_secret,
        check_operations=("CreateSecret",),
    ),
    Row(
        type="aws:secretsmanager/secretVersion:SecretVersion",
        service="secretsmanager",
        inputs={
            **each(REPLACE, "region secretId"),
            "versionStages": Input(UPDATE, unordered=True),
            "secretString": Input(REPLACE, secret=True),
            "secretBinary": Input(REPLACE, secret=True),
            "secretStringWo": Input(REPLACE, supported=False),
            "secretStringWoVersion": Input(REPLACE, supported=False),
        },
        create=put_value,
        read=read_value,
        update=move_stages,
        not_found_codes=DELETED,
        check=check_value,
        check_operations=("PutSecretValue",),
    ),
    Row(
        type="aws:secretsmanager/secretRotation:SecretRotation",
        service="secretsmanager",
        inputs={
            **each(UPDATE, "rotationLambdaArn rotationRules"),
            "rotateImmediately": Input(UPDATE, default=True, state_only=True),
            **each(REPLACE, "region rotationEnabled secretId"),
            "rotationRules.automaticallyAfterDays": Input(UPDATE, limit=Limit(1, 1000)),
            "externalSecretRotationMetadatas": Input(REPLACE, supported=False),
            "externalSecretRotationRoleArn": Input(REPLACE, supported=False),
        },
        create=rotate,
        from_id=lambda id_: {"secretId": id_},
        read=read_rotation,
        update=rotate,
        delete=Op(name="CancelRotateSecret", keys={"SecretId": "id"}),
        not_found_codes=DELETED,
        check_operations=("RotateSecret",),
        time_limit=120,
    ),
)
