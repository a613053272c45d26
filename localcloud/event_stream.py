"""AWS's event stream encoding (`application/vnd.amazon.eventstream`), of messages in JSON."""

from __future__ import annotations

import binascii
import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTENT_TYPE = "application/vnd.amazon.eventstream"
_PRELUDE = struct.Struct("!II")
_CHECKSUM = struct.Struct("!I")
_STRING = 7
"""Type of a header whose value is a string with a length of two bytes."""
_OVERHEAD = _PRELUDE.size + 2 * _CHECKSUM.size


@dataclass(frozen=True)
class Event:
    """One message of a stream."""

    name: str
    """Member of the operation's event stream, such as `sessionUpdate`."""
    payload: Mapping[str, Any]
    is_exception: bool = False
    """Whether it ends the stream with an error, whose shape is the *name*."""


INITIAL_RESPONSE = Event("initial-response", {})
"""Precedes the events: the members of the operation's output outside of the stream."""


def encode(event: Event) -> bytes:
    """Return *event* as a message."""
    kind = "exception" if event.is_exception else "event"
    headers = {
        f":{kind}-type": event.name,
        ":content-type": "application/json",
        ":message-type": kind,
    }
    return frame(headers, json.dumps(event.payload).encode())


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return a message: lengths and their checksum, headers, payload, checksum."""
    head = b"".join(_header(name, value) for name, value in headers.items())
    prelude = _PRELUDE.pack(_OVERHEAD + len(head) + len(payload), len(head))
    message = prelude + _CHECKSUM.pack(binascii.crc32(prelude)) + head + payload
    return message + _CHECKSUM.pack(binascii.crc32(message))


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return bytes([len(key)]) + key + bytes([_STRING]) + len(text).to_bytes(2, "big") + text
