"""Reads a child's standard output and error as one sequence of lines."""

from __future__ import annotations

import queue
import threading
from typing import IO, TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    Name = Literal["stdout", "stderr"]


def lines(child: subprocess.Popen[bytes]) -> Iterator[tuple[Name, bytes]]:
    """Yield each line of *child* with the name of its stream, until both are closed."""
    found: queue.SimpleQueue[tuple[Name, bytes] | None] = queue.SimpleQueue()

    def read(name: Name, stream: IO[bytes]) -> None:
        for line in stream:
            found.put((name, line))
        found.put(None)

    readers = [
        threading.Thread(target=read, args=(name, stream), daemon=True)
        for name, stream in (("stdout", child.stdout), ("stderr", child.stderr))
        if stream is not None
    ]
    for reader in readers:
        reader.start()
    for _ in readers:
        while (item := found.get()) is not None:
            yield item
    for reader in readers:
        reader.join()
