"""How a build tells what it is doing."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]
"""Takes one line for each thing that is built; what is unchanged is not announced."""


def silent(_text: str) -> None:
    """Show nothing."""
