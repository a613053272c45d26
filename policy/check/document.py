"""A JSON file, and the line on which something in it stands."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SPACE = re.compile(r"[ \t\n\r]*")
_URN = re.compile(r'"urn"\s*:\s*"((?:[^"\\]|\\.)*)"')
_DECODER = json.JSONDecoder(parse_int=float)  # as the engine sends numbers; also of any length


class InputError(Exception):
    """A file that cannot be used: which, where in it, what was found and what was expected."""

    def __init__(self, file: Path | str, message: str, line: int | None = None) -> None:
        """Say what is wrong with *file*."""
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")


@dataclass
class Document:
    """What a JSON file holds."""

    file: Path
    text: str
    value: Any
    _inside: dict[int, dict[str | int, tuple[int, int]]] = field(
        default_factory=dict[int, dict[str | int, tuple[int, int]]], repr=False
    )
    """Where an object or list begins -> where each key or entry in it is, and its value."""

    def line(self, path: Iterable[str | int]) -> int | None:
        """Return the line of the key or entry at *path*, or of the last one on the way to it."""
        try:
            return self._line_at(self._locate(path))
        except RecursionError:
            return None

    def line_of_urn(self, urn: str) -> int | None:
        """Return the line on which the resource *urn* is first named."""
        offset = self._urns.get(urn)
        return None if offset is None else self._line_at(offset)

    def refuse(self, message: str, *path: str | int) -> InputError:
        """Return the error that says *message* about what is at *path*."""
        return InputError(self.file, message, self.line(path) if path else None)

    @cached_property
    def _urns(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for match in _URN.finditer(self.text):
            found.setdefault(match[1].replace('\\"', '"'), match.start())
        return found

    def _line_at(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def _locate(self, path: Iterable[str | int]) -> int:
        """Return the offset of the key or entry at *path*."""
        value_at = _past_gap(self.text, 0)
        found = value_at
        for step in path:
            places = self._places(value_at)
            if step not in places:
                break
            found, value_at = places[step]
        return found

    def _places(self, value_at: int) -> dict[str | int, tuple[int, int]]:
        """Look once through the object or list at *value_at*: a long one is asked for often."""
        if value_at not in self._inside:
            read = {"{": _members, "[": _entries}.get(self.text[value_at], _nothing)
            # Of a key that is there twice, the last one counts.
            self._inside[value_at] = {
                key: (key_at, at) for key, key_at, at in read(self.text, value_at + 1)
            }
        return self._inside[value_at]


def load(file: Path) -> Document:
    """Read *file*, in any of the encodings that JSON may have."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise InputError(file, f"cannot be read: {error.strerror or error}") from error
    try:
        text = raw.decode(json.detect_encoding(raw))
        start = _past_gap(text, 0)
        value, end = _DECODER.raw_decode(text, start)
    except UnicodeDecodeError as error:
        raise InputError(file, "expected JSON; found bytes that are no text") from error
    except json.JSONDecodeError as error:
        message = f"expected JSON; found {_excerpt(error)}: {error.msg}"
        raise InputError(file, message, error.lineno) from error
    except RecursionError as error:
        raise InputError(file, "is nested too deeply to be read") from error
    end = _past_gap(text, end)
    if end != len(text):
        message = f"expected the end of the file; found {text[end : end + 20]!r}"
        raise InputError(file, message, text.count("\n", 0, end) + 1)
    return Document(file, text, value)


def _excerpt(error: json.JSONDecodeError) -> str:
    return repr(error.doc[error.pos : error.pos + 20]) if error.pos < len(error.doc) else "the end"


def _members(text: str, at: int) -> Iterator[tuple[str | int, int, int]]:
    """Yield each key of the object that begins before *at*, its offset and its value's."""
    at = _past_gap(text, at)
    while text[at] == '"':
        key, end = _DECODER.raw_decode(text, at)
        colon = _past_gap(text, end)
        value_at = _past_gap(text, colon + 1)
        yield key, at, value_at
        at = _next(text, value_at)


def _entries(text: str, at: int) -> Iterator[tuple[str | int, int, int]]:
    """Yield the index and the offset of each entry of the list that begins before *at*."""
    at = _past_gap(text, at)
    index = 0
    while text[at] != "]":
        yield index, at, at
        at = _next(text, at)
        index += 1


def _nothing(_text: str, _at: int) -> Iterator[tuple[str | int, int, int]]:
    return iter(())


def _next(text: str, value_at: int) -> int:
    """Return the offset of what follows the value at *value_at* and its comma."""
    _, end = _DECODER.raw_decode(text, value_at)
    end = _past_gap(text, end)
    if text[end] == ",":
        end = _past_gap(text, end + 1)
    return end


def _past_gap(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
