"""Settings from environment variables."""

from __future__ import annotations

import os


class SettingError(RuntimeError):
    """Raised when an environment variable is missing or invalid."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable *name* or *default*; raises SettingError."""
    found = os.environ.get(name) or default
    if found is None:
        raise SettingError(f"environment variable {name} is not set: the platform should set it")
    return found


def number(name: str, default: int | None = None) -> int:
    """Return the variable *name* as an integer; raises SettingError."""
    found = text(name, None if default is None else str(default))
    try:
        return int(found)
    except ValueError:
        message = f"environment variable {name} is {found!r}: write a whole number"
        raise SettingError(message) from None


def prefix(name: str) -> str:
    """Return the prefix of the variables of *name*, a store, an event or a service."""
    return name.upper().replace("-", "_")
