"""A thread that lives as long as the process."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


class LastingThread:
    """Starts processes for other threads.

    The signal at the death of a parent (PR_SET_PDEATHSIG) is sent when the thread ends that started
    the process.
    """

    def __init__(self) -> None:
        """Start the thread at the first call."""
        self._calls: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def call(self, function: Callable[[], Result]) -> Result:
        """Call *function* in the thread and return its result."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="starter", daemon=True)
                self._thread.start()
        done: Future[Result] = Future()
        self._calls.put((function, done))
        return done.result()

    def _run(self) -> None:
        while True:
            function, done = self._calls.get()
            try:
                done.set_result(function())
            except BaseException as error:  # noqa: BLE001 - the caller raises it
                done.set_exception(error)
