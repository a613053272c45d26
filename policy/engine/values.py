"""Converts property values from the engine to plain Python.

Numbers become floats, strings str, lists list, objects dict, a missing or null value None. A value
that is not known yet during a preview is `UNKNOWN`. It is falsy, equals nothing, and is not a str,
number, list or dict: comparisons with a bad value and `is_missing` are both false for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf import struct_pb2

# Placeholders that the engine sends for unknown values (sdk/go/common/resource/plugin).
_UNKNOWN_TEXTS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)
_SIGNATURE = "4dabf18193072939515e22adb298388d"  # the key that marks secrets, assets and outputs
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a type signature, no secret
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_DEFAULTED_INPUTS = "__defaults"
"""The key under which providers list inputs that they set by default; hidden from rules."""


class Unknown:
    """The type of `UNKNOWN`."""

    def __bool__(self) -> bool:
        """Return False, so that `if value` requires a known value."""
        return False

    def __repr__(self) -> str:
        """Return the text for messages."""
        return "(not known yet)"


UNKNOWN: Final = Unknown()


def from_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Return the properties in *struct*; secrets are read like other values."""
    return {
        key: _from_value(value) for key, value in struct.fields.items() if key != _DEFAULTED_INPUTS
    }


def _from_value(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return from_json(value.string_value)
        case "bool_value":
            return value.bool_value
        case "number_value":
            return value.number_value
        case "list_value":
            return [_from_value(item) for item in value.list_value.values]
        case "struct_value":
            return _unwrapped(from_struct(value.struct_value))
        case _:
            return None


def from_json(value: Any) -> Any:
    """Return *value*, read from JSON, as the engine would send it."""
    if isinstance(value, str):
        return UNKNOWN if value in _UNKNOWN_TEXTS else value
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if is_array(value):
        return [from_json(item) for item in value]
    if is_object(value):
        return _unwrapped(
            {key: from_json(item) for key, item in value.items() if key != _DEFAULTED_INPUTS}
        )
    return value


def _unwrapped(value: dict[str, Any]) -> Any:
    """Unwrap a secret or an output; assets and archives stay objects."""
    signature = value.get(_SIGNATURE)
    if signature == _SECRET:
        return value.get("value", value.get("plaintext"))
    if signature == _OUTPUT:
        return value.get("value", UNKNOWN)
    return value


def to_wire(value: Any) -> Any:
    """Return *value* as sent to the engine: the inverse of `plain`."""
    if value is UNKNOWN:
        return "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    if is_array(value):
        return [to_wire(item) for item in value]
    if is_object(value):
        return {key: to_wire(item) for key, item in value.items()}
    return value


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether *value* is an object with known keys."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Return whether *value* is a list of known length."""
    return isinstance(value, list)


def is_missing(value: Any) -> bool:
    """Return whether *value* is absent, null, or an empty string, list or object."""
    return value is None or value in ("", [], {})


def is_true(value: Any) -> bool:
    """Return whether *value* is known to be true, also as a string."""
    return value is True or value == "true"


def is_false(value: Any) -> bool:
    """Return whether *value* is known to be false, also as a string."""
    return value is False or value == "false"


def is_not_true(value: Any) -> bool:
    """Return whether *value* is known not to be true: false, missing, or something else."""
    return value is not UNKNOWN and not is_true(value)


def number(value: Any) -> float | None:
    """Return the known number in *value*, also from a string, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def as_list(value: Any) -> list[Any]:
    """Return *value* as a list: `[value]` if it is not a list, `[]` if it is missing or unknown."""
    if is_array(value):
        return value
    return [] if is_missing(value) or value is UNKNOWN else [value]


def strings(value: Any) -> Iterator[str]:
    """Yield every string in *value*, at any depth, except in assets and archives."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            yield one
        elif is_array(one):
            pending.extend(one)
        elif is_object(one) and _SIGNATURE not in one:
            pending.extend(one.values())
