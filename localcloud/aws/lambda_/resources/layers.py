"""Lambda: layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.lambda_.resources.functions import code
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

PUBLISH = Op(
    name="PublishLayerVersion",
    rename={"code": "", "sourceCodeHash": ""},
    only="layerName description compatibleRuntimes compatibleArchitectures licenseInfo",
)


def publish(context: Context) -> str:
    """Publish a version of the layer."""
    content = code(context)
    return context.call("PublishLayerVersion", **context.members(PUBLISH), Content=content)[
        "LayerVersionArn"
    ]


def place(context: Context) -> dict[str, Any]:
    """Return the layer and the version that an ARN names."""
    layer, _, version = context.id.rpartition(":")
    return {"LayerName": layer, "VersionNumber": int(version)}


def read(context: Context) -> Properties:
    """Return the version with the SDK's names."""
    found = context.call("GetLayerVersion", **place(context))
    content = found["Content"]
    return {
        **found,
        "arn": found["LayerVersionArn"],
        "layerArn": found["LayerArn"],
        "layerName": found["LayerArn"].rsplit(":", 1)[-1],
        "version": str(found["Version"]),
        "codeSha256": content["CodeSha256"],
        "sourceCodeSize": content["CodeSize"],
        "sourceCodeHash": context.get("sourceCodeHash") or content["CodeSha256"],
    }


def delete(context: Context) -> None:
    """Delete the version unless `skipDestroy` is set."""
    if not context.get("skipDestroy"):
        context.call("DeleteLayerVersion", **place(context))


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Lambda's constraints across the inputs of a layer."""
    if "code" in inputs and "s3Bucket" in inputs:
        yield CheckFailure("s3Bucket", "conflicts with code: set one of them")


ROWS = (
    Row(
        type="aws:lambda/layerVersion:LayerVersion",
        service="lambda",
        inputs={
            **each(
                REPLACE,
                """compatibleArchitectures compatibleRuntimes description licenseInfo region
                sourceCodeHash""",
            ),
            **each(REPLACE, "code s3Bucket s3Key s3ObjectVersion", write_only=True),
            **each(UPDATE, "skipDestroy", state_only=True),
            "layerName": Input(
                REPLACE, limit=Limit(min_length=1, max_length=140, pattern=r"[a-zA-Z0-9-_]+")
            ),
        },
        create=publish,
        read=read,
        outputs={"sourceCodeHash": "sourceCodeHash"},
        delete=delete,
        check=check,
        check_operations=("PublishLayerVersion",),
        not_found_codes="ResourceNotFoundException",
    ),
)
