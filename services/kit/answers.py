"""Deprecated names of `kit.errors`."""

from __future__ import annotations

import warnings
from typing import Any

from kit import errors

_NEW_NAMES = {
    "FieldError": "FieldError",
    "RefusedError": "HttpError",
    "refusal": "error_body",
    "unprocessable": "unprocessable",
}


def __getattr__(name: str) -> Any:
    """Return what `kit.errors` provides under the new name."""
    new = _NEW_NAMES.get(name)
    if new is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    message = f"kit.answers.{name} is deprecated: use kit.errors.{new}"
    warnings.warn(message, DeprecationWarning, stacklevel=2)
    return getattr(errors, new)
