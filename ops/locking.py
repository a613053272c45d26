"""Only one command at a time may change an environment."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from localcloud.layout import Layout


def lock_file(layout: Layout) -> Path:
    """Return the file that a command locks while it changes *layout*."""
    return layout.home / "command.lock"


@contextmanager
def exclusive(layout: Layout) -> Generator[None]:
    """Hold the lock of *layout*; raise CommandError if another command holds it."""
    layout.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(lock_file(layout))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CommandError(
            f"Another bulkhead command is changing {layout.home}: wait until it has finished."
        ) from None
    try:
        yield
    finally:
        lock.release()
