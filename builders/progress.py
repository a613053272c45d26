"""Progress messages of a build."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]
"""Called with one line for each artifact that is built; unchanged ones are not reported."""


def silent(_text: str) -> None:
    """Discard the message."""
