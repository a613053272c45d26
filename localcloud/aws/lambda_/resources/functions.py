"""Lambda: functions."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from localcloud.provider.archives import zip_archive
from localcloud.provider.context import ResourceFailedError
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
from localcloud.provider.values import Archive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

CODE = frozenset({"code", "imageUri", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash"})
CODE |= {"architectures", "codeSha256"}
UNLIMITED = -1
IMAGE = """ImageConfigResponse.ImageConfig.{commands: Command, entryPoints: EntryPoint,
    workingDirectory: WorkingDirectory}"""
"""Where the configuration of an image is in the answer."""

KEY = {"FunctionName": "id"}
CREATE = Op(name="CreateFunction", rename={"code": "", "codeSha256": "", "sourceCodeHash": ""})


def code(context: Context) -> dict[str, Any]:
    """Return the function's code in the form of requests."""
    inputs = context.inputs
    if "code" in inputs:
        return {"ZipFile": zip_archive(inputs["code"], context.directory)}
    names = {"imageUri": "ImageUri", "s3Bucket": "S3Bucket", "s3Key": "S3Key"}
    names["s3ObjectVersion"] = "S3ObjectVersion"
    return {member: inputs[key] for key, member in names.items() if key in inputs}


def create(context: Context) -> str:
    """Create the function and set its reserved concurrency."""
    members = {**context.members(CREATE), "Code": code(context)}
    context.call("CreateFunction", **members)
    context.id = context.inputs["name"]
    if context.inputs.get("reservedConcurrentExecutions", UNLIMITED) != UNLIMITED:
        reserve(context)
    return context.id


def reserve(context: Context) -> None:
    """Set or delete the reserved concurrency."""
    count = context.inputs.get("reservedConcurrentExecutions", UNLIMITED)
    if count == UNLIMITED:
        context.call("DeleteFunctionConcurrency", FunctionName=context.id)
    else:
        members = {"ReservedConcurrentExecutions": count}
        context.call("PutFunctionConcurrency", FunctionName=context.id, **members)


def change(context: Context) -> None:
    """Change code, configuration and concurrency, each only if it differs."""
    changed = context.changed
    if changed - CODE - {"publish", "reservedConcurrentExecutions", "tags", "tagsAll"}:
        context.call_with_inputs(
            Op(name="UpdateFunctionConfiguration", keys=KEY, rename={"name": ""})
        )
        wait_until_ready(context)
    if changed & CODE:
        architectures = context.inputs.get("architectures")
        more = {"Architectures": architectures} if architectures else {}
        context.call("UpdateFunctionCode", FunctionName=context.id, **code(context), **more)
        wait_until_ready(context)
    if "reservedConcurrentExecutions" in changed:
        reserve(context)
    if context.inputs.get("publish") and changed - {"tags", "tagsAll"}:
        context.call("PublishVersion", FunctionName=context.id)


def wait_until_ready(context: Context) -> None:
    """Wait until the function is active and its update is complete."""

    def ready() -> bool:
        found = context.call("GetFunctionConfiguration", FunctionName=context.id)
        for state, reason in (
            ("State", "StateReason"),
            ("LastUpdateStatus", "LastUpdateStatusReason"),
        ):
            if found.get(state) == "Failed":
                raise ResourceFailedError(f"the function {context.id} failed: {found.get(reason)}")
        active = found.get("State", "Active") == "Active"
        return active and found.get("LastUpdateStatus") != "InProgress"

    context.wait(f"the function {context.id} to become active", ready)


def read(context: Context) -> Properties:
    """Return the function, its newest version and its concurrency."""
    answer = context.call("GetFunction", FunctionName=context.id)
    found = dict(answer["Configuration"])
    arn = found["FunctionArn"]
    pages = context.client().get_paginator("list_versions_by_function")
    versions = [
        version["Version"]
        for page in pages.paginate(FunctionName=context.id)
        for version in page["Versions"]
    ]
    newest = max((int(version) for version in versions if version.isdigit()), default=None)
    version = str(newest) if newest else "$LATEST"
    reserved = answer.get("Concurrency", {}).get("ReservedConcurrentExecutions", UNLIMITED)
    invoke = f"arn:{context.partition}:apigateway:{context.region}:lambda:path/2015-03-31/functions"
    return {
        **found,
        "Tags": answer.get("Tags", {}),
        "arn": arn,
        "name": found["FunctionName"],
        "version": version,
        "qualifiedArn": f"{arn}:{version}",
        "invokeArn": f"{invoke}/{arn}/invocations",
        "qualifiedInvokeArn": f"{invoke}/{arn}:{version}/invocations",
        "responseStreamingInvokeArn": f"{invoke.replace('2015-03-31', '2021-11-15')}/{arn}"
        "/response-streaming-invocations",
        "reservedConcurrentExecutions": reserved,
        "sourceCodeSize": found.get("CodeSize"),
        "imageUri": answer.get("Code", {}).get("ImageUri"),
        **({"publish": newest is not None} if context.importing else {}),
    }


def computed(context: Context, found: Properties) -> Properties:
    """Return the code's hash if the program does not set one."""
    values: dict[str, Any] = {
        "sourceCodeHash": context.inputs.get("sourceCodeHash") or found.get("CodeSha256")
    }
    recorded = context.olds.get("codeSha256")
    if (
        context.refreshing
        and context.olds.get("code")
        and recorded not in (None, found["CodeSha256"])
    ):
        values["code"] = Archive(base64.b64decode(found["CodeSha256"]).hex())  # replaced elsewhere
    return values


def delete(context: Context) -> None:
    """Delete the function unless `skipDestroy` is set."""
    if not context.get("skipDestroy"):
        context.call("DeleteFunction", FunctionName=context.id)


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Lambda's constraints across the inputs of a function."""
    image = inputs.get("packageType") == "Image"
    if image:
        for key in ("handler", "runtime", "layers"):
            if inputs.get(key):
                yield CheckFailure(key, "does not apply to packageType Image: remove it")
    else:
        for key in ("imageConfig", "imageUri"):
            if inputs.get(key):
                yield CheckFailure(key, "applies to packageType Image only: set it, or remove this")
    environment = inputs.get("environment") or {}
    for name in environment.get("variables") or {}:
        if not (name[:1].isalpha() and name.replace("_", "").isalnum()):
            yield CheckFailure(
                "environment", f'has the variable "{name}": use letters, digits and "_"'
            )


ROWS = (
    Row(
        type="aws:lambda/function:Function",
        service="lambda",
        inputs={
            **each(
                UPDATE,
                "codeSha256 handler role runtime sourceCodeHash tags",
            ),
            **each(
                UPDATE,
                """publish replaceSecurityGroupsOnDestroy replacementSecurityGroupIds
                skipDestroy""",
                state_only=True,
            ),
            "imageUri": Input(UPDATE),
            "sourceKmsKeyArn": Input(UPDATE, supported=False),
            **each(UPDATE, "code s3Bucket s3Key s3ObjectVersion", write_only=True),
            **each(REPLACE, "region"),
            "packageType": Input(REPLACE, default="Zip", limit=Limit(one_of=("Zip", "Image"))),
            "useResourceTimeoutForPropagation": Input(IGNORED),
            "architectures": Input(UPDATE, reset=["x86_64"]),
            "deadLetterConfig": Input(UPDATE, reset={"targetArn": ""}),
            "description": Input(UPDATE, reset="", limit=Limit(max_length=256)),
            "environment": Input(UPDATE, reset={"variables": {}}),
            "ephemeralStorage": Input(UPDATE, reset={"size": 512}),
            "fileSystemConfig": Input(UPDATE, reset=[]),
            "imageConfig": Input(UPDATE, reset={}),
            "kmsKeyArn": Input(UPDATE, reset=""),
            "layers": Input(UPDATE, reset=[]),
            "loggingConfig": Input(UPDATE, reset={"logFormat": "Text"}),
            "memorySize": Input(UPDATE, default=128, limit=Limit(128, 10_240)),
            "reservedConcurrentExecutions": Input(UPDATE, default=-1, limit=Limit(UNLIMITED)),
            "snapStart": Input(UPDATE, reset={"applyOn": "None"}),
            "snapStart.optimizationStatus": Input(UPDATE, reset="Off", chosen_by_aws=True),
            "timeout": Input(UPDATE, default=3, limit=Limit(1, 900)),
            "tracingConfig": Input(UPDATE, reset={"mode": "PassThrough"}),
            "vpcConfig": Input(UPDATE, reset={"subnetIds": [], "securityGroupIds": []}),
            "capacityProviderConfig": Input(UPDATE, supported=False),
            "codeSigningConfigArn": Input(UPDATE, supported=False),
            "durableConfig": Input(UPDATE, supported=False),
            "publishTo": Input(UPDATE, supported=False),
            "name": Input(
                REPLACE, limit=Limit(min_length=1, max_length=64, pattern=r"[a-zA-Z0-9-_]+")
            ),
            "tenancyConfig": Input(REPLACE, supported=False),
        },
        name=Naming(max_length=64),
        create=create,
        read=read,
        # A hash that the program computed of its sources is not drift.
        outputs={
            "sourceCodeHash": "",
            "codeSha256": "CodeSha256",
            "layers": "Layers[].Arn",
            "imageConfig": IMAGE,
        },
        computed=computed,
        update=change,
        delete=delete,
        wait_until_ready=wait_until_ready,
        tags=Tagging(tag="TagResource", untag="UntagResource", keys={"Resource": "arn"}),
        recomputed="codeSha256 lastModified qualifiedArn qualifiedInvokeArn sourceCodeHash"
        " sourceCodeSize version",
        check=check,
        check_operations=("CreateFunction",),
        time_limit=120,
    ),
)
