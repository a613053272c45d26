"""Child processes of the language host; none outlives it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

GRACE_SECONDS = 2.0


class Children:
    """Starts child processes and stops those still running."""

    def __init__(self) -> None:
        """Start without children."""
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    @contextmanager
    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: str,
        environment: Mapping[str, str],
        output: int | None = None,
    ) -> Generator[subprocess.Popen[bytes]]:
        """Run *command* without input, and stop it when the block ends."""
        child = self._start(command, cwd, environment, output)
        try:
            yield child
        finally:
            end(child)
            for stream in (child.stdout, child.stderr):
                if stream is not None:
                    stream.close()
            with self._lock:
                self._running.discard(child)

    def close(self) -> None:
        """Stop every child, and start no more."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for child in running:
            _signal(child, signal.SIGTERM)
        for child in running:
            end(child)

    def _start(
        self,
        command: Sequence[str | Path],
        cwd: str,
        environment: Mapping[str, str],
        output: int | None,
    ) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise ChildrenClosedError("the language host is stopping")
            # The CLI interrupts the whole process group. A child inherits a blocked signal, so
            # that our SIGTERM ends it, without the traceback of a KeyboardInterrupt.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                child = subprocess.Popen(
                    command,
                    cwd=cwd or None,
                    env=dict(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                )
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
            self._running.add(child)
            return child


class ChildrenClosedError(RuntimeError):
    """Raised when a process is started while the language host is stopping."""


def end(child: subprocess.Popen[bytes]) -> None:
    """Send *child* SIGTERM, and SIGKILL after GRACE_SECONDS."""
    if child.poll() is None:
        _signal(child, signal.SIGTERM)
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            _signal(child, signal.SIGKILL)
    child.wait()


def end_process_group() -> None:
    """Stop remaining grandchildren; started by the CLI, this process is its group's leader."""
    if os.getpgrp() == os.getpid():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(os.getpgrp(), signal.SIGTERM)


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.send_signal(number)
