"""The error of a command."""

from __future__ import annotations


class CommandError(RuntimeError):
    """Raised when a command fails; its message, which says what to do, is printed alone."""
