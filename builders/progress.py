"""Progress messages of a build."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager

Progress = Callable[[str], None]
"""Called with one line for each artifact that is built; unchanged ones are not reported."""


Lines = Callable[[], AbstractContextManager[Progress]]
"""Opens the progress of one artifact; several are open at the same time."""


def silent(_text: str) -> None:
    """Discard the message."""


@contextmanager
def no_lines() -> Generator[Progress]:
    """Discard the messages about one artifact."""
    yield silent
