"""Ctrl-C while the engine runs."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType


@contextmanager
def defer_interrupt() -> Generator[threading.Event]:
    """Defer KeyboardInterrupt to the end of the block, so that the engine can save its state."""
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    except CommandError:
        if not asked.is_set():  # otherwise the error only reports the cancellation
            raise
    finally:
        signal.signal(signal.SIGINT, before)
    if asked.is_set():
        raise KeyboardInterrupt
