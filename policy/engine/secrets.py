"""Detects names and values that look like secrets."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from policy.engine.settings import PRODUCTION, Settings
from policy.engine.values import is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

_HINTS = (
    ("AKIA", "ASIA"),
    ("secret",),
    ("PRIVATE KEY",),
    ("gh",),
    ("github_pat_",),
    ("xox",),
    ("sk_live_",),
    ("eyJ",),
    ("://",),
)
"""Every match of a standard pattern contains one of these strings, which are faster to search."""
_HINTS_BY_PATTERN = dict(zip(PRODUCTION.secret_values, _HINTS, strict=True))
_PLAIN_VALUE = re.compile(r"(?i)|true|false|[+-]?\d{1,5}(\.\d+)?|[a-z][a-z0-9+.-]*://[^\s@?#]*")
"""Values that are not secrets: booleans, short numbers, and URLs without a user and a query."""


def contains_secret(settings: Settings, text: str) -> bool:
    """Return whether *text* contains something that looks like a credential."""
    lower = ""
    for pattern in settings.secret_values:
        hints = _HINTS_BY_PATTERN.get(pattern, ("",))
        if hints == ("secret",):
            lower = lower or text.lower()
            likely = hints[0] in lower
        else:
            likely = any(hint in text for hint in hints)
        if likely and re.search(pattern, text):
            return True
    return False


def secret_variables(settings: Settings, variables: Any) -> Iterator[str]:
    """Yield the names of *variables*, name -> value, whose value looks like a secret."""
    for name, value in variables.items() if is_object(variables) else ():
        if isinstance(value, str) and (
            (settings.looks_secret(name) and may_be_secret(value))
            or contains_secret(settings, value)
        ):
            yield name


def may_be_secret(value: Any) -> bool:
    """Return whether *value* may be a secret, if its name says so."""
    return not (isinstance(value, str) and _PLAIN_VALUE.fullmatch(value))


def decoded(text: str) -> str:
    """Return *text*, decoded if it is base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return text
