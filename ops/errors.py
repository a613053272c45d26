"""What a command says when it cannot go on."""

from __future__ import annotations


class CommandError(RuntimeError):
    """A command failed; the message says what, where, and what to do. It is all the user sees."""
