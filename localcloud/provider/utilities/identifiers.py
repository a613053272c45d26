"""`RandomId`, `RandomBytes` and the UUIDs of `random`."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
import uuid
from typing import TYPE_CHECKING

from localcloud.provider.inputs import Limit
from localcloud.provider.limits import quoted
from localcloud.provider.utilities.declarations import (
    MAX_SIZE,
    ImportIdError,
    Made,
    Property,
    ResourceType,
)
from localcloud.provider.utilities.strings import KEEPERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.provider.utilities.declarations import Properties

_AT_LEAST_ONE = Limit(minimum=1, maximum=MAX_SIZE)


def id_outputs(value: bytes, prefix: str) -> Properties:
    """Return the forms of a `RandomId`."""
    return {
        "b64Std": prefix + base64.b64encode(value).decode(),
        "b64Url": prefix + _url_form(value),
        "dec": f"{prefix}{int.from_bytes(value)}",
        "hex": prefix + value.hex(),
    }


def _url_form(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _create_id(inputs: Properties) -> Made:
    value = secrets.token_bytes(inputs["byteLength"])
    return Made(_url_form(value), id_outputs(value, inputs.get("prefix", "")))


def _restore_id(text: str) -> Made:
    prefix, _, encoded = text.rpartition(",")
    try:
        value = base64.b64decode(encoded + "=" * (-len(encoded) % 4), b"-_", validate=True)
    except binascii.Error:
        raise ImportIdError(
            f"{quoted(text)} is not an ID in URL-safe base64 without padding: write "
            f"<b64_url> or <prefix>,<b64_url>"
        ) from None
    inputs = {"byteLength": len(value), **({"prefix": prefix} if prefix else {})}
    return Made(encoded, {**inputs, **id_outputs(value, prefix)})


def _bytes(value: bytes) -> Made:
    text = base64.b64encode(value).decode()
    return Made(text, {"base64": text, "hex": value.hex()})


def _create_bytes(inputs: Properties) -> Made:
    return _bytes(secrets.token_bytes(inputs["length"]))


def _restore_bytes(text: str) -> Made:
    try:
        value = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ImportIdError("the ID is not base64: write the base64 output as the ID") from None
    made = _bytes(value)
    return Made(made.id, {"length": len(value), **made.outputs})


def uuid7() -> uuid.UUID:
    """Return a UUID of version 7: milliseconds since 1970, then random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def _uuid(text: str) -> Made:
    return Made(text, {"result": text})


def _restore_uuid(text: str) -> Made:
    try:
        return _uuid(str(uuid.UUID(text)))
    except ValueError:
        raise ImportIdError(f"{quoted(text)} is not a UUID: write one as the ID") from None


def _uuid_type(generate: Callable[[], uuid.UUID]) -> ResourceType:
    return ResourceType(
        inputs={"keepers": KEEPERS},
        computed={"result": "string"},
        create=lambda _: _uuid(str(generate())),
        restore=_restore_uuid,
    )


TYPES = {
    "random:index/randomId:RandomId": ResourceType(
        inputs={
            "byteLength": Property(kind="integer", required=True, limit=_AT_LEAST_ONE),
            "keepers": KEEPERS,
            "prefix": Property(kind="string"),
        },
        computed=dict.fromkeys(("b64Std", "b64Url", "dec", "hex"), "string"),
        create=_create_id,
        restore=_restore_id,
    ),
    "random:index/randomBytes:RandomBytes": ResourceType(
        inputs={
            "keepers": KEEPERS,
            "length": Property(kind="integer", required=True, limit=_AT_LEAST_ONE),
        },
        computed={"base64": "string", "hex": "string"},
        secret=frozenset({"base64", "hex"}),
        create=_create_bytes,
        restore=_restore_bytes,
    ),
    # RandomUuid is 16 random bytes, as the provider makes it.
    "random:index/randomUuid:RandomUuid": _uuid_type(
        lambda: uuid.UUID(bytes=secrets.token_bytes(16))
    ),
    "random:index/randomUuid4:RandomUuid4": _uuid_type(uuid.uuid4),
    "random:index/randomUuid7:RandomUuid7": _uuid_type(uuid7),
}
