"""Merges the layers of a function into one folder, which stands for `/opt`."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.runtime.functions.code import fetch, unpack
from localcloud.runtime.functions.invocation import InvokeError

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.runtime.context import WorkerContext
    from localcloud.runtime.functions.definition import Definition


async def unpack_layers(context: WorkerContext, definition: Definition) -> Path | None:
    """Return the folder with the function's layers, later ones over earlier ones."""
    if not definition.layers:
        return None
    contents = [await _content(context, arn) for arn in definition.layers]
    digests = [base64.b64decode(content["CodeSha256"]).hex() for content in contents]
    name = hashlib.sha256(" ".join(digests).encode()).hexdigest()
    folder = context.layout.data / "functions" / name
    if folder.is_dir():
        os.utime(folder)  # in use, see `remove_unused`
        return folder
    archives = [
        await fetch(context.http, content["Location"], digest, arn)
        for arn, content, digest in zip(definition.layers, contents, digests, strict=True)
    ]
    await asyncio.to_thread(unpack, archives, folder, f"the layers of {definition.name}")
    return folder


async def _content(context: WorkerContext, arn: str) -> dict[str, Any]:
    layer, _, version = arn.rpartition(":")
    try:
        found = await context.aws(
            "lambda",
            "GetLayerVersion",
            region=arn.split(":")[3],
            LayerName=layer,
            VersionNumber=int(version),
        )
    except ClientError as error:
        message = f"the layer {arn} cannot be read: {error}"
        raise InvokeError(502, "InvalidZipFileException", message) from error
    return found["Content"]
