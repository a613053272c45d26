"""One lock around the emulated cloud, and the record of what must be on disk before an answer.

moto's collections are plain dictionaries: whoever reads or changes them holds the lock, so an
operation is atomic and what is written to disk is one consistent state. Large, busy collections
(messages, items, log events, objects) are recorded entry by entry; everything else is saved as a
snapshot of the touched backends (`localcloud.control.state`).
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_WAITING: Final = 96
"""How many may wait long for something to happen: each holds a thread of the server."""

BRIEFLY: Final = 1.0
"""How many seconds everyone else may wait."""

DELETED: Final = object()
"""The value of an entry that is no more."""


@dataclass
class Entries:
    """What one request changed in one collection."""

    cleared: bool = False
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Work:
    """What one request changed: entries of collections, and backends it looked at."""

    entries: dict[str, Entries] = field(default_factory=dict)
    touched: dict[int, Any] = field(default_factory=dict)
    whole: dict[int, Any] = field(default_factory=dict)
    operation: str = ""
    service: str = ""
    abandoned: Callable[[], bool] = bool
    """Says whether the one who asked has gone away; a long poll must not give it anything."""

    def snapshot(self, backend: Any) -> None:
        """Save *backend* whole, whatever the operation is."""
        self.whole[id(backend)] = backend

    def collection(self, name: str) -> Entries:
        """Return the changes to the collection *name*."""
        return self.entries.setdefault(name, Entries())


class Sink(Protocol):
    """Whoever brings work to disk."""

    def save(self, work: Work) -> None:
        """Return when *work* survives the death of this process."""
        ...


class Journal:
    """The lock, and each thread's work since it took it."""

    def __init__(self) -> None:
        """Make a journal that keeps nothing until it has a sink."""
        self.lock = threading.RLock()
        self.sink: Sink | None = None
        self._threads = threading.local()
        self._waiting = 0

    @property
    def work(self) -> Work:
        """What this thread has changed since the last commit."""
        work = getattr(self._threads, "work", None)
        if work is None:
            work = self._threads.work = Work()
        return work

    def put(self, collection: str, key: str, value: Any) -> None:
        """Record that *collection* holds *value*, as it is at the commit, under *key*."""
        self.work.collection(collection).values[key] = value

    def delete(self, collection: str, key: str) -> None:
        """Record that *collection* has nothing under *key* any more."""
        self.work.collection(collection).values[key] = DELETED

    def clear(self, collection: str) -> None:
        """Record that *collection* is empty."""
        self.work.entries[collection] = Entries(cleared=True)

    def commit(self) -> None:
        """Bring this thread's work to disk; it holds the lock."""
        work = self.work
        self._threads.work = Work(
            operation=work.operation, service=work.service, abandoned=work.abandoned
        )
        if self.sink is not None:
            self.sink.save(work)

    @contextmanager
    def transaction(self) -> Iterator[Work]:
        """Hold the lock; what was changed is on disk when the block ends, also by an exception."""
        with self.lock:
            outer = getattr(self._threads, "depth", 0)
            self._threads.depth = outer + 1
            if not outer:
                self._threads.work = Work()
            try:
                yield self.work
            finally:
                self._threads.depth = outer
                if not outer:
                    self.commit()

    def patience(self, seconds: float) -> float:
        """Return for how long to wait where *seconds* are asked for; the caller holds the lock."""
        return seconds if self._waiting < MOST_WAITING else min(seconds, BRIEFLY)

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Let others work until *condition*, which is over this lock, is notified."""
        self.commit()
        self._waiting += 1
        try:
            condition.wait(seconds)
        finally:
            self._waiting -= 1

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let others work while this thread waits for something slow.

        What it has changed so far is committed first: the others may see it.
        """
        self.commit()
        state = self.lock._release_save()  # type: ignore[attr-defined]  # noqa: SLF001 - as threading.Condition does
        try:
            yield
        finally:
            self.lock._acquire_restore(state)  # type: ignore[attr-defined]  # noqa: SLF001


JOURNAL: Final = Journal()
"""The journal of this process; moto's state is global as well."""
