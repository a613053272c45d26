"""Settings from the environment, with an error that names the variable."""

from __future__ import annotations

import os


class SettingError(RuntimeError):
    """Raised when an environment variable is missing or cannot be used."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable *name*; without a default it must be there."""
    found = os.environ.get(name) or default
    if found is None:
        raise SettingError(f"environment variable {name} is not set: the platform should give it")
    return found


def number(name: str, default: int | None = None) -> int:
    """Return the variable *name* as a whole number."""
    found = text(name, None if default is None else str(default))
    try:
        return int(found)
    except ValueError:
        message = f"environment variable {name} is {found!r}: write a whole number"
        raise SettingError(message) from None


def prefix(name: str) -> str:
    """Return what the variables of *name* (a store, an event, a service) begin with."""
    return name.upper().replace("-", "_")
