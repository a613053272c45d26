"""Functions of text."""

from __future__ import annotations

from typing import Any

from localcloud.telemetry.insights.functions.function import Function
from localcloud.telemetry.insights.values import number, text

LONGEST = 262_144
"""Characters of a result, as of a log event."""


def _text(value: Any) -> str:
    return text(value) or ""


def _is_empty(value: Any) -> bool:
    return _text(value) == ""


def _is_blank(value: Any) -> bool:
    return not _text(value).strip()


def _concat(*values: Any) -> str:
    return "".join(_text(value) for value in values)[:LONGEST]


def _ltrim(value: Any, characters: Any = None) -> str:
    return _text(value).lstrip(None if characters is None else _text(characters))


def _rtrim(value: Any, characters: Any = None) -> str:
    return _text(value).rstrip(None if characters is None else _text(characters))


def _trim(value: Any, characters: Any = None) -> str:
    return _text(value).strip(None if characters is None else _text(characters))


def _length(value: Any) -> int:
    return len(_text(value))


def _upper(value: Any) -> str:
    return _text(value).upper()


def _lower(value: Any) -> str:
    return _text(value).lower()


def _part(value: Any, start: Any, length: Any = None) -> str | None:
    """Return the text from the index *start*; *length* characters of it."""
    first, count = number(start), number(length)
    if first is None or (count is None and length is not None):
        return None
    begin = max(int(first), 0)
    end = None if count is None else begin + max(int(count), 0)
    return _text(value)[begin:end]


def _replace(value: Any, wanted: Any, by: Any) -> str:
    found, old, new = _text(value), _text(wanted), _text(by)
    if not old or len(found) + found.count(old) * (len(new) - len(old)) > LONGEST:
        return found
    return found.replace(old, new)


def _contains(value: Any, part: Any) -> int:
    return int(_text(part) in _text(value))


FUNCTIONS = {
    "isempty": Function(_is_empty, null=True),
    "isblank": Function(_is_blank, null=True),
    "concat": Function(_concat, most=None, null=True),
    "ltrim": Function(_ltrim, most=2),
    "rtrim": Function(_rtrim, most=2),
    "trim": Function(_trim, most=2),
    "strlen": Function(_length),
    "toupper": Function(_upper),
    "tolower": Function(_lower),
    "substr": Function(_part, least=2, most=3),
    "replace": Function(_replace, least=3, most=3),
    "strcontains": Function(_contains, least=2, most=2),
}
