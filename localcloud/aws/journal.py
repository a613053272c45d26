"""The lock of the emulated cloud, and the journal of changes to save before a response.

moto's collections are plain dictionaries. Every reader and writer holds the lock, so an operation
is atomic and the saved state is consistent. It is one lock for all services: whatever waits (a
database's start, an invocation, a delivery) releases it, and the rest only computes. Four services
that create objects at once take as long without the lock as with it.

Large collections that change often (messages, items, log events, objects) are journalled entry by
entry; for everything else the touched backends are saved as snapshots (`localcloud.control.state`).
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_LONG_POLLS: Final = 96
"""Concurrent long polls of full length; each occupies a thread of the server."""

SHORT_POLL_SECONDS: Final = 1.0
"""Longest wait of further polls."""

DELETED: Final = object()
"""The value of a deleted entry."""


@dataclass
class Entries:
    """Changes of a request to one collection."""

    cleared: bool = False
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Work:
    """Changes of a request: entries of collections, and the backends it fetched."""

    entries: dict[str, Entries] = field(default_factory=dict)
    touched: dict[int, Any] = field(default_factory=dict)
    whole: dict[int, Any] = field(default_factory=dict)
    operation: str = ""
    service: str = ""
    announced: set[str] = field(default_factory=set[str])
    """Signing names of services, besides the request's, whose change the workers must learn of."""
    abandoned: Callable[[], bool] = bool
    """Returns whether the client has disconnected; a long poll must not take messages for it."""
    principal: str | None = None
    """AWS service that makes the change on its own, such as dynamodb.amazonaws.com."""

    def snapshot(self, backend: Any) -> None:
        """Save a snapshot of *backend*, also after an operation on data."""
        self.whole[id(backend)] = backend

    def collection(self, name: str) -> Entries:
        """Return the changes to the collection *name*."""
        return self.entries.setdefault(name, Entries())


class Sink(Protocol):
    """Saves work to disk."""

    def save(self, work: Work) -> None:
        """Save *work* so that it survives the death of this process."""
        ...


class Journal:
    """The lock, and each thread's unsaved work."""

    def __init__(self) -> None:
        """Create a journal that saves nothing until it has a sink."""
        self.lock = threading.RLock()
        self.sink: Sink | None = None
        self._threads = threading.local()
        self._waiting = 0

    @property
    def work(self) -> Work:
        """This thread's changes since its last commit."""
        work = getattr(self._threads, "work", None)
        if work is None:
            work = self._threads.work = Work()
        return work

    def put(self, collection: str, key: str, value: Any) -> None:
        """Record *value* under *key* in *collection*; a callable is called at the commit."""
        self.work.collection(collection).values[key] = value

    def delete(self, collection: str, key: str) -> None:
        """Record that *key* of *collection* is deleted."""
        self.work.collection(collection).values[key] = DELETED

    def clear(self, collection: str) -> None:
        """Record that *collection* is empty."""
        self.work.entries[collection] = Entries(cleared=True)

    def commit(self) -> None:
        """Save this thread's work; the caller holds the lock."""
        work = self.work
        self._threads.work = Work(
            operation=work.operation, service=work.service, abandoned=work.abandoned
        )
        if self.sink is not None:
            self.sink.save(work)

    @contextmanager
    def transaction(self) -> Iterator[Work]:
        """Hold the lock for the block and save its changes at the end, also after an exception."""
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

    def poll_seconds(self, seconds: float) -> float:
        """Return how long a poll of *seconds* may wait; the caller holds the lock."""
        return seconds if self._waiting < MAX_LONG_POLLS else min(seconds, SHORT_POLL_SECONDS)

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Save, and release the lock until *condition* (of this lock) is notified."""
        self.commit()
        self._waiting += 1
        try:
            condition.wait(seconds)
        finally:
            self._waiting -= 1

    @contextmanager
    def released(self) -> Iterator[None]:
        """Save, because other threads see the changes, and release the lock for the block."""
        self.commit()
        state = self.lock._release_save()  # type: ignore[attr-defined]  # noqa: SLF001 - as threading.Condition does
        try:
            yield
        finally:
            self.lock._acquire_restore(state)  # type: ignore[attr-defined]  # noqa: SLF001


JOURNAL: Final = Journal()
"""The journal of this process; moto's state is global as well."""
