"""Runs the independent parts of a command concurrently; a failure or Ctrl-C ends all of them."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import Future, as_completed, wait
from typing import TYPE_CHECKING, Any, TypeVar

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

T = TypeVar("T")

END_SECONDS = 10.0
"""Time for the parts to remove their unfinished files once their processes have ended."""
POLL_SECONDS = 0.1


def start(part: Callable[[], T]) -> Future[T]:
    """Run *part* in a thread that does not keep the process from exiting."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(part())
        except BaseException as error:  # noqa: BLE001 - raised where the result is awaited
            future.set_exception(error)

    threading.Thread(target=run, name="part", daemon=True).start()
    return future


def finish(
    parts: Collection[Future[Any]], keep: Callable[[], Collection[psutil.Process]] = tuple
) -> None:
    """Wait for *parts*; if one fails, or on Ctrl-C, end the processes of the others.

    Processes of *keep*, and those that they have started, keep running.
    """
    try:
        for part in as_completed(parts):
            part.result()
    except BaseException:
        _end(parts, keep)
        raise


def _end(parts: Collection[Future[Any]], keep: Callable[[], Collection[psutil.Process]]) -> None:
    """End the processes of *parts* until the parts have returned: a part may start another."""
    for _ in range(round(END_SECONDS / POLL_SECONDS)):
        kept = {id_ for one in keep() for id_ in _family(one)}
        for id_ in _family(psutil.Process())[1:]:
            if id_ not in kept:
                with contextlib.suppress(psutil.NoSuchProcess):
                    psutil.Process(id_).terminate()
        if not wait(parts, POLL_SECONDS).not_done:
            return


def _family(process: psutil.Process) -> list[int]:
    """Return the ids of *process* and of its descendants."""
    try:
        return [process.pid, *(one.pid for one in process.children(recursive=True))]
    except psutil.NoSuchProcess:
        return []
