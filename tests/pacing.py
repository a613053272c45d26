"""Requests at a constant rate, whatever the answers take."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

CONNECTIONS = 32
"""Requests at a time: at 50 a second, enough for half a second without an answer."""


@contextlib.contextmanager
def paced(send: Callable[[int], None], per_second: float) -> Generator[None]:
    """Call *send* with 0, 1, 2 and so on in threads during the block."""
    stop = threading.Event()

    def pace(senders: ThreadPoolExecutor) -> None:
        begun = time.monotonic()
        number = 0
        while not stop.wait(max(0, begun + number / per_second - time.monotonic())):
            senders.submit(send, number)
            number += 1

    with ThreadPoolExecutor(CONNECTIONS) as senders:
        pacing = threading.Thread(target=pace, args=[senders])
        pacing.start()
        try:
            yield
        finally:
            stop.set()
            pacing.join()
            senders.shutdown(cancel_futures=True)
