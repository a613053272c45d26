"""The state file of the emulated cloud: SQLite with a write-ahead log."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LOG = logging.getLogger(__name__)

FORMAT = "1"
_SCHEMA = """
    create table if not exists meta (name text primary key, value text not null) without rowid;
    create table if not exists backend (
        module text, class text, account text, region text, state blob not null,
        primary key (module, class, account, region)
    ) without rowid;
    create table if not exists entry (
        collection text, key text, value blob not null, primary key (collection, key)
    ) without rowid;
"""


class BackendKey(NamedTuple):
    """Identifies the backend of a snapshot."""

    module: str
    name: str
    account: str
    region: str


class Changes(NamedTuple):
    """The changes of one transaction."""

    snapshots: dict[BackendKey, bytes]
    cleared: Iterable[str]
    written: Iterable[tuple[str, str, bytes]]
    """Collection, key, value."""
    deleted: Iterable[tuple[str, str]]


class Store:
    """The state file; callers ensure that one thread writes at a time."""

    def __init__(self, path: Path, version: str) -> None:
        """Open *path*; start a new file if another *version* wrote it.

        The write-ahead log is not synced at each commit: a commit survives the death of the
        process; after a power failure the file is consistent, but may lack the last commits.
        """
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = self._open(f"format {FORMAT}, {version}")
        self._digests: dict[BackendKey, bytes] = {}

    def backends(self) -> Iterator[tuple[BackendKey, bytes]]:
        """Yield every snapshot."""
        for *key, state in self._connection.execute("select * from backend"):
            found = BackendKey(*key)
            self._digests[found] = _digest(state)
            yield found, state

    def entries(self, prefix: str) -> Iterator[tuple[str, str, bytes]]:
        """Yield collection, key and value of the collections whose name begins with *prefix*."""
        yield from self._connection.execute(
            "select collection, key, value from entry where collection >= ? and collection < ?"
            " order by collection, key",
            (prefix, prefix + "\U0010ffff"),
        )

    def write(self, changes: Changes) -> None:
        """Write one transaction."""
        fresh = {k: v for k, v in changes.snapshots.items() if self._digests.get(k) != _digest(v)}
        if not (fresh or changes.cleared or changes.written or changes.deleted):
            return
        execute = self._connection
        with execute:
            execute.executemany(
                "insert or replace into backend values (?, ?, ?, ?, ?)",
                [(*key, state) for key, state in fresh.items()],
            )
            execute.executemany(
                "delete from entry where collection = ?", [(name,) for name in changes.cleared]
            )
            execute.executemany(
                "delete from entry where collection = ? and key = ?", changes.deleted
            )
            execute.executemany("insert or replace into entry values (?, ?, ?)", changes.written)
        for key, state in fresh.items():
            self._digests[key] = _digest(state)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _open(self, version: str) -> sqlite3.Connection:
        connection = self._connect()
        found = connection.execute("select value from meta where name = 'version'").fetchone()
        if found is not None and found[0] != version:
            connection.close()
            self._move_aside(found[0], version)
            connection = self._connect()
        with connection:
            connection.execute("insert or replace into meta values ('version', ?)", (version,))
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, check_same_thread=False)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.executescript(_SCHEMA)
        return connection

    def _move_aside(self, found: str, wanted: str) -> None:
        with closing(sqlite3.connect(self.path)) as whole:
            whole.execute("pragma wal_checkpoint(truncate)")
        old = self.path.with_name(f"{self.path.stem}.{found.replace(' ', '-').replace(',', '')}")
        self.path.replace(old)
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        _LOG.warning(
            "%s was written by %s, this is %s, which cannot read it: it was moved to %s and the"
            " local cloud starts empty; run `bulkhead up` to create the resources again",
            self.path, found, wanted, old,
        )  # fmt: skip


def _digest(state: bytes) -> bytes:
    return hashlib.blake2b(state, digest_size=16).digest()
