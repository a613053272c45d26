"""Ends a process on SIGTERM and SIGINT, whatever its main thread waits for."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def on_stop_signal(stop: Callable[[], object]) -> None:
    """Call *stop* in a thread of its own after the first SIGTERM or SIGINT.

    A handler runs in the main thread, between two of its instructions: a signal that arrives just
    before a system call blocks is handled after that call. The wake-up descriptor is written at
    once.
    """
    arrived, written = os.pipe()
    os.set_blocking(written, False)
    signal.set_wakeup_fd(written)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _do_nothing)  # without a handler, the descriptor is not written

    def wait() -> None:
        os.read(arrived, 1)
        stop()

    threading.Thread(target=wait, name="stop signals", daemon=True).start()


def _do_nothing(*_: object) -> None:
    pass
