"""A log event's text as patterns see it: parsed once, whatever the number of filters."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

MISSING = object()
"""The document of a line that is not a JSON object."""


class Line:
    """The message of one log event."""

    def __init__(self, message: str) -> None:
        """Wrap *message*; it is parsed when a pattern asks."""
        self.message = message

    @cached_property
    def document(self) -> Any:
        """The message as JSON; `MISSING` if it is not an object or array."""
        if self.message.lstrip()[:1] not in ("{", "["):
            return MISSING
        try:
            return json.loads(self.message)
        except (ValueError, RecursionError):
            return MISSING

    @cached_property
    def words(self) -> list[str]:
        """The space-delimited fields; one in brackets or double quotes is a single field."""
        return split(self.message)


def split(text: str) -> list[str]:
    """Return the fields of *text*."""
    fields: list[str] = []
    at, end = 0, len(text)
    while at < end:
        if text[at].isspace():
            at += 1
            continue
        closing = {"[": "]", '"': '"'}.get(text[at])
        stop = text.find(closing, at + 1) if closing else -1
        if stop > 0:
            fields.append(text[at + 1 : stop])
            at = stop + 1
            continue
        start = at
        while at < end and not text[at].isspace():
            at += 1
        fields.append(text[start:at])
    return fields
