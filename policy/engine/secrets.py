"""Secret-looking names and values: what must not stand in plain sight."""

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
"""For each standard pattern, one of these texts is in what it matches: far quicker to look for."""
_HINTS_BY_PATTERN = dict(zip(PRODUCTION.secret_values, _HINTS, strict=True))
_NO_SECRETS = ("", "true", "false")


def contains_secret(settings: Settings, text: str) -> bool:
    """Say whether *text* holds something that has the form of a credential."""
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
        literal = isinstance(value, str) and value.lower() not in _NO_SECRETS
        if literal and (settings.looks_secret(name) or contains_secret(settings, value)):
            yield name


def decoded(text: str) -> str:
    """Return *text* as it is, or what it says in base64 where it is nothing but base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return text
