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
    interrupted = threading.Event()

    def record(_number: int, _frame: FrameType | None) -> None:
        interrupted.set()

    before = signal.signal(signal.SIGINT, record)
    try:
        yield interrupted
    except CommandError:
        if not interrupted.is_set():  # otherwise the error only reports the cancellation
            raise
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted.is_set():
        raise KeyboardInterrupt
