"""The stacks, their updates and the updates' journal entries, in a SQLite file.

It is written by the state service alone; commands read it while the local cloud is stopped, too.
A transaction that has ended survives the kill of any process.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.backend.database import connect
from localcloud.backend.document import BYTE_STRING, document
from localcloud.backend.owner import Process
from localcloud.backend.replay import Replay

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator
    from pathlib import Path

    from localcloud.layout import Layout

Json = dict[str, Any]

UPDATES_KEPT = 100
_STACKS = "SELECT id, project, name, tags, version FROM stacks"
"""Without the state, which can have megabytes: each request looks its stack up."""


@dataclass(frozen=True)
class Stack:
    """A stack of the backend."""

    key: int
    project: str
    name: str
    tags: Json
    version: int
    """Counts the updates."""


@dataclass(frozen=True)
class Update:
    """An update of a stack, or a preview."""

    id: str
    kind: str
    preview: bool
    program: Json
    token: str | None
    owner: Process | None
    started: float | None
    """Seconds since the epoch, as all times here; None before it is started."""
    ended: float | None
    version: int | None
    result: str | None
    changes: Json
    recovered: str
    """What was resolved of an interrupted update before this one; '' if nothing."""


def path(layout: Layout) -> Path:
    """Return the file of the store."""
    return layout.pulumi / "state.sqlite"


class Store:
    """One connection to the file, shared by threads."""

    def __init__(self, file: Path) -> None:
        """Open *file*; create it if it does not exist."""
        self._lock = threading.RLock()
        self._connection = connect(file)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Commit what the block writes at its end; undo it if the block fails."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    # Stacks.

    def stacks(self) -> list[Stack]:
        """Return every stack."""
        return [_stack(row) for row in self._all(f"{_STACKS} ORDER BY project, name")]

    def stack(self, project: str, name: str) -> Stack | None:
        """Return a stack; None if there is none."""
        found = self._all(f"{_STACKS} WHERE project = ? AND name = ?", project, name)
        return _stack(found[0]) if found else None

    def create_stack(self, project: str, name: str, tags: Json, state: Json) -> None:
        """Add a stack with *state*, a document."""
        self._all(
            "INSERT INTO stacks (project, name, tags, version, state) VALUES (?, ?, ?, 0, ?)",
            *(project, name, json.dumps(tags), json.dumps(state)),
        )

    def delete_stack(self, stack: Stack) -> None:
        """Remove a stack and its history."""
        self._all("DELETE FROM stacks WHERE id = ?", stack.key)

    def set_tags(self, stack: Stack, tags: Json) -> None:
        """Replace the tags of a stack."""
        self._all("UPDATE stacks SET tags = ? WHERE id = ?", json.dumps(tags), stack.key)

    def saved(self, stack: Stack) -> Json:
        """Return the state of a stack before its active update: a document."""
        found = self._all("SELECT state FROM stacks WHERE id = ?", stack.key)
        return json.loads(found[0]["state"])

    def save(self, stack: Stack, state: Json) -> None:
        """Replace the state of a stack."""
        text = json.dumps(state, separators=(",", ":"))
        self._all("UPDATE stacks SET state = ? WHERE id = ?", text, stack.key)

    def current(self, stack: Stack) -> Json:
        """Return the state of a stack with what its active update has changed so far."""
        with self._lock:
            active = self.active(stack)
            if active is None:
                return self.saved(stack)
            replay = self.replay(stack, active)
            return document(replay.deployment(), byte_strings=replay.byte_strings)

    # Updates.

    def create_update(
        self, stack: Stack, update: str, kind: str, program: Json, recovered: str
    ) -> None:
        """Add an update that has not been started."""
        preview = kind == "preview" or bool((program.get("options") or {}).get("dryRun"))
        self._all(
            "INSERT INTO updates (id, stack, kind, preview, program, recovered)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(update, stack.key, kind, preview, json.dumps(program), recovered),
        )

    def start_update(self, stack: Stack, update: Update, token: str, owner: Process | None) -> int:
        """Start an update; return the version of the stack when it is complete."""
        version = stack.version + (not update.preview)
        with self.transaction():
            self._all(
                "UPDATE updates SET token = ?, pid = ?, process_started = ?, started = ?,"
                " version = ? WHERE id = ?",
                token,
                *((owner.pid, owner.started) if owner else (None, None)),
                *(time.time(), version, update.id),
            )
            self._all("UPDATE stacks SET version = ? WHERE id = ?", version, stack.key)
            self._all(
                "DELETE FROM updates WHERE stack = ? AND (preview OR ended IS NOT NULL)"
                " AND id NOT IN"
                " (SELECT id FROM updates WHERE stack = ? ORDER BY rowid DESC LIMIT ?)",
                *(stack.key, stack.key, UPDATES_KEPT),
            )
        return version

    def end_update(self, update: Update, result: str) -> None:
        """Record the result of an update, and drop its journal entries."""
        with self.transaction():
            self._all(
                "UPDATE updates SET ended = ?, result = ?, token = NULL WHERE id = ?",
                *(time.time(), result, update.id),
            )
            self._all("DELETE FROM journal WHERE update_id = ?", update.id)

    def revoke_token(self, update: Update) -> None:
        """Make the engine's further requests for an update fail."""
        self._all("UPDATE updates SET token = NULL WHERE id = ?", update.id)

    def set_changes(self, update: Update, changes: Json) -> None:
        """Record how many resources an update created, updated and so on."""
        self._all("UPDATE updates SET changes = ? WHERE id = ?", json.dumps(changes), update.id)

    def update(self, stack: Stack, update: str) -> Update | None:
        """Return an update by id; None if the stack has none with it."""
        found = self._all("SELECT * FROM updates WHERE stack = ? AND id = ?", stack.key, update)
        return _update(found[0]) if found else None

    def active(self, stack: Stack) -> Update | None:
        """Return the update that has been started and has not ended; previews do not count."""
        found = self._all(
            "SELECT * FROM updates WHERE stack = ? AND NOT preview AND started IS NOT NULL"
            " AND ended IS NULL",
            stack.key,
        )
        return _update(found[0]) if found else None

    def last_update(self, stack: Stack) -> Update | None:
        """Return the update that was started last; previews do not count."""
        found = self._all(
            "SELECT * FROM updates WHERE stack = ? AND NOT preview AND started IS NOT NULL"
            " ORDER BY started DESC LIMIT 1",
            stack.key,
        )
        return _update(found[0]) if found else None

    def history(self, stack: Stack) -> list[Update]:
        """Return the updates that have ended, the last one first."""
        found = self._all(
            "SELECT * FROM updates WHERE stack = ? AND NOT preview AND ended IS NOT NULL"
            " ORDER BY started DESC",
            stack.key,
        )
        return [_update(row) for row in found]

    def add_entries(self, update: Update, body: bytes) -> None:
        """Append journal entries, as the gzipped body of the request."""
        self._all("INSERT INTO journal (update_id, body) VALUES (?, ?)", update.id, body)

    def replay(self, stack: Stack, update: Update) -> Replay:
        """Return the state of a stack with the journal entries of an update applied."""
        with self._lock:
            saved = self.saved(stack)
            replay = Replay(saved.get("deployment") or {})
            replay.byte_strings = BYTE_STRING in saved.get("features", ())
            found = self._all(
                "SELECT body FROM journal WHERE update_id = ? ORDER BY number", update.id
            )
            replay.add_all(
                entry
                for row in found
                for entry in json.loads(gzip.decompress(row["body"]))["entries"]
            )
            return replay

    def _all(self, statement: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _stack(row: sqlite3.Row) -> Stack:
    return Stack(row["id"], row["project"], row["name"], json.loads(row["tags"]), row["version"])


def _update(row: sqlite3.Row) -> Update:
    owner = Process(row["pid"], row["process_started"]) if row["pid"] else None
    return Update(
        id=row["id"],
        kind=row["kind"],
        preview=bool(row["preview"]),
        program=json.loads(row["program"]),
        token=row["token"],
        owner=owner,
        started=row["started"],
        ended=row["ended"],
        version=row["version"],
        result=row["result"],
        changes=json.loads(row["changes"]),
        recovered=row["recovered"],
    )
