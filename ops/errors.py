"""The error of a command."""

from __future__ import annotations


class CommandError(RuntimeError):
    """A command failed; its message, with what to do, is all that the user sees."""
