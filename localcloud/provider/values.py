"""Conversion between protobuf and Python values: unknowns, secrets, assets and archives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from google.protobuf import json_format, struct_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The engine's sentinel for an unknown value."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a signature of the protocol
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

DEFAULTS = "__defaults"
"""The input that lists what the provider filled in."""


@dataclass(frozen=True)
class Asset:
    """A file as text, path or URI. Assets are equal when their contents are."""

    hash: str
    text: str | None = field(default=None, compare=False)
    path: str | None = field(default=None, compare=False)
    uri: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Archive:
    """A folder, an archive file or nested assets. Archives are equal when their contents are."""

    hash: str
    assets: Mapping[str, Any] | None = field(default=None, compare=False)
    path: str | None = field(default=None, compare=False)
    uri: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Secret:
    """A value that the engine encrypts in the state."""

    value: Any


class Redacted(str):
    """A secret string that formats as "(secret)" in messages."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        """Return a placeholder in f-strings."""
        return "(secret)"

    def __repr__(self) -> str:
        """Return a placeholder inside lists and maps."""
        return format(self)


def is_unknown(value: Any) -> bool:
    """Return whether *value* is unknown."""
    return isinstance(value, str) and value == UNKNOWN


def has_unknown(value: Any) -> bool:
    """Return whether *value* contains an unknown."""
    value = value.value if isinstance(value, Secret) else value
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return is_unknown(value)


def from_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Return the properties of *struct*; secrets stay wrapped in `Secret`."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def to_struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return *properties* as protobuf, without those that are None."""
    struct = struct_pb2.Struct()
    plain = {key: _to_json(value) for key, value in properties.items() if value is not None}
    json_format.ParseDict(plain, struct)
    return struct


def unwrap_secrets(value: Any) -> Any:
    """Return *value* with every `Secret` replaced by its plain value."""
    if isinstance(value, Secret):
        return unwrap_secrets(value.value)
    if isinstance(value, dict):
        return {key: unwrap_secrets(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unwrap_secrets(item) for item in value]
    return value


def without_marks(value: Any) -> Any:
    """Return *value* without `__defaults`, at any depth."""
    if isinstance(value, dict):
        return {key: without_marks(item) for key, item in value.items() if key != DEFAULTS}
    return [without_marks(item) for item in value] if isinstance(value, list) else value


def without(value: Any, path: list[str]) -> Any:
    """Return *value* without the property at *path* in it."""
    if isinstance(value, list):
        return [without(item, path) for item in value]
    if not isinstance(value, dict) or path[0] not in value:
        return value
    rest = {key: item for key, item in value.items() if key != path[0]}
    return {**rest, path[0]: without(value[path[0]], path[1:])} if path[1:] else rest


def redact_secrets(value: Any, *, secret: bool = False) -> Any:
    """Return *value* with every secret string `Redacted`."""
    if isinstance(value, Secret):
        return redact_secrets(value.value, secret=True)
    if isinstance(value, dict):
        return {key: redact_secrets(item, secret=secret) for key, item in value.items()}
    if isinstance(value, list):
        return [redact_secrets(item, secret=secret) for item in value]
    return Redacted(value) if secret and isinstance(value, str) else value


def has_secret(value: Any) -> bool:
    """Return whether *value* contains a secret."""
    if isinstance(value, dict):
        return any(has_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(has_secret(item) for item in value)
    return isinstance(value, Secret)


def _from_value(value: struct_pb2.Value) -> Any:
    which = value.WhichOneof("kind")
    if which == "struct_value":
        return _from_fields(value.struct_value)
    if which == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    if which == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return None if which in (None, "null_value") else getattr(value, which)


def _from_fields(struct: struct_pb2.Struct) -> Any:
    fields = struct.fields
    signature = fields[SIGNATURE].string_value if SIGNATURE in fields else ""
    plain = {key: _from_value(item) for key, item in fields.items() if key != SIGNATURE}
    match signature:
        case "":  # null inside a block means the same as leaving the property out
            return {key: item for key, item in plain.items() if item is not None}
        case value if value == SECRET:
            return Secret(plain.get("value"))
        case value if value == OUTPUT:
            inner = plain.get("value", UNKNOWN)
            return Secret(inner) if plain.get("secret") else inner
        case value if value == ASSET:
            keys = ("text", "path", "uri")
            return Asset(plain.get("hash", ""), *(plain.get(key) or None for key in keys))
        case value if value == ARCHIVE:
            keys = ("assets", "path", "uri")
            return Archive(plain.get("hash", ""), *(plain.get(key) or None for key in keys))
        case value if value == RESOURCE:
            return plain.get("id") or plain.get("urn")
        case other:
            raise ValueError(f"the engine sent a value of the unknown kind {other}")


def _to_json(value: Any) -> Any:
    match value:
        case Secret():
            return {SIGNATURE: SECRET, "value": _to_json(value.value)}
        case Asset():
            parts = {"text": value.text, "path": value.path, "uri": value.uri, "hash": value.hash}
            return {SIGNATURE: ASSET, **{key: part for key, part in parts.items() if part}}
        case Archive():
            found = {"path": value.path, "uri": value.uri, "hash": value.hash}
            parts = {key: part for key, part in found.items() if part}
            if value.assets is not None:
                parts["assets"] = _to_json(dict(value.assets))
            return {SIGNATURE: ARCHIVE, **parts}
        case dict():
            return {key: _to_json(item) for key, item in value.items()}
        case list() | tuple():
            return [_to_json(item) for item in value]
        case _:
            return value
