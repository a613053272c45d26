"""State and history of alarms, saved."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.alarms.evaluation import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localcloud.telemetry.database import Database

KEPT_SECONDS = 30 * 86_400
"""CloudWatch keeps the history of an alarm for 30 days."""

SCHEMA = """
create table if not exists alarm_state (
    name text primary key,
    state text not null
);
create table if not exists alarm_history (
    number integer primary key,
    name text not null,
    alarm_type text not null,
    time real not null,
    kind text not null,
    summary text not null,
    data text not null
);
create index if not exists alarm_history_of on alarm_history (name, time);
"""


@dataclass(frozen=True, kw_only=True)
class AlarmState:
    """The state of an alarm, and since when."""

    value: State
    reason: str
    reason_data: str = ""
    updated: float
    """When the state or its reason was last set, in seconds since the epoch."""
    transitioned: float
    """When the value last changed."""


@dataclass(frozen=True)
class HistoryItem:
    """One entry of the history of an alarm."""

    number: int
    name: str
    alarm_type: str
    time: float
    kind: str
    """`StateUpdate`, `Action` or `ConfigurationUpdate`."""
    summary: str
    data: str


class AlarmBook:
    """States and history of all alarms."""

    def __init__(self, database: Database) -> None:
        """Read what was saved."""
        self._database = database
        database.script(SCHEMA)
        rows = database.connection.execute("select name, state from alarm_state")
        self._states = {name: _state(json.loads(text)) for name, text in rows}

    def states(self) -> Mapping[str, AlarmState]:
        """Return the states by the alarm's name."""
        return self._states

    def set_state(self, name: str, state: AlarmState) -> None:
        """Set the state of an alarm."""
        self._states[name] = state
        self._database.connection.execute(
            "insert or replace into alarm_state values (?, ?)", (name, json.dumps(asdict(state)))
        )
        self._database.changed()

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget the states of all other alarms; their history stays."""
        for gone in set(self._states) - set(names):
            del self._states[gone]
            self._database.connection.execute("delete from alarm_state where name = ?", (gone,))
            self._database.changed()

    def note(  # noqa: PLR0913, PLR0917 - the columns
        self, name: str, alarm_type: str, time: float, kind: str, summary: str, data: Any
    ) -> None:
        """Add an entry to the history, and forget those that are too old."""
        run = self._database.connection.execute
        run(
            "insert into alarm_history (name, alarm_type, time, kind, summary, data)"
            " values (?, ?, ?, ?, ?, ?)",
            (name, alarm_type, time, kind, summary[:255], json.dumps(data)),
        )
        run("delete from alarm_history where time < ?", (time - KEPT_SECONDS,))
        self._database.changed()

    def history(self, name: str | None = None) -> list[HistoryItem]:
        """Return the history of an alarm (or of all), the latest first."""
        rows = self._database.connection.execute(
            "select number, name, alarm_type, time, kind, summary, data from alarm_history"
            " where ? is null or name = ? order by number desc",
            (name, name),
        )
        return [HistoryItem(*row) for row in rows]


def _state(found: Mapping[str, Any]) -> AlarmState:
    return AlarmState(**{**found, "value": State(found["value"])})
