"""IDs and ARNs of recorded objects, in the form of the example in the SDK's documentation."""

from __future__ import annotations

import re
import secrets
import uuid
from typing import TYPE_CHECKING

from localcloud.provider import sdk_source

if TYPE_CHECKING:
    from localcloud.provider.context import Context, Properties

DIGITS = 17
"""Hexadecimal digits of an ID, as in `vpc-0a1b2c3d4e5f67890`."""
PREFIXED = re.compile(r"((?:[a-z]+-)+)[0-9a-f]{8,}")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SAMPLE = re.compile(r"(?<=[/:])[\w.-]*example[\w.-]*(?=[/:])")
"""A name inside an example of an ARN."""
WORDS = re.compile(r"[A-Za-z_.-]+")


def id_of(context: Context) -> str:
    """Return a new ID: an ARN, prefix and digits, a UUID, the object's name, or digits."""
    example = sdk_source.import_example(context.type)
    name = str(context.inputs.get("name") or "")
    if not is_arn(example):
        return _like(example, name)
    _, _, service, region, account, resource = example.split(":", 5)
    last = max(resource.rfind("/"), resource.rfind(":")) + 1
    head = SAMPLE.sub(lambda _: name or context.name, resource[:last])
    places = (context.partition, service, region and context.region, account and context.account)
    return ":".join(("arn", *places, head + _like(resource[last:], name)))


def outputs(context: Context, _: Properties) -> Properties:
    """Return the `arn` that the object has, or a new one."""
    if "arn" in context.olds:
        return {"arn": context.olds["arn"]}
    if is_arn(context.id):
        return {"arn": context.id}
    module, name = context.type.split(":")[1:]
    kind = sdk_source.CAPITAL.sub("-", name).lower()
    places = (context.partition, module.split("/")[0], context.region, context.account)
    return {"arn": ":".join(("arn", *places, f"{kind}/{context.id}"))}


def is_arn(example: str) -> bool:
    """Return whether *example* is one ARN; an ID may also be composed of several."""
    return (
        re.fullmatch(r"arn:(?:[^:,]*:){4}[^,;|]+", example) is not None
        and "arn:" not in (example[4:])
    )


def _like(example: str, name: str) -> str:
    digits = secrets.token_hex(DIGITS)[:DIGITS]
    if prefixed := PREFIXED.fullmatch(example):
        return prefixed[1] + digits
    if UUID.fullmatch(example):
        return str(uuid.uuid4())
    return name if name and WORDS.fullmatch(example) else digits
