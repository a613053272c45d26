"""Scaling activities, and the operation that lists them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.operations import OperationError
from localcloud.telemetry.scaling.tracking import LastChange

if TYPE_CHECKING:
    from localcloud.telemetry.database import Database
    from localcloud.telemetry.operations import Call

SCHEMA = """
create table if not exists scaling_activities (
    number integer primary key,
    id text not null,
    namespace text not null,
    resource text not null,
    dimension text not null,
    description text not null,
    cause text not null,
    time real not null,
    before integer not null,
    after integer not null,
    status text not null,
    message text not null
);
create index if not exists scaling_activities_of on scaling_activities (resource, dimension);
"""
KEPT_SECONDS = 42 * 86_400
"""Application Auto Scaling keeps activities for six weeks."""
MAX_RESULTS = 50
SUCCESSFUL = "Successful"


@dataclass(frozen=True, kw_only=True)
class Activity:
    """A change of the capacity of a scalable target."""

    namespace: str
    resource: str
    dimension: str
    description: str
    cause: str
    time: float
    before: int
    after: int
    status: str
    message: str


class Activities:
    """The activities of all scalable targets."""

    def __init__(self, database: Database) -> None:
        """Keep them in *database*."""
        self._database = database
        database.script(SCHEMA)

    def add(self, activity: Activity) -> None:
        """Add an activity, and forget those that are too old."""
        columns = {"id": str(uuid.uuid4()), **vars(activity)}
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        execute = self._database.connection.execute
        execute(
            f"insert into scaling_activities ({names}) values ({marks})",  # noqa: S608 - own names
            list(columns.values()),
        )
        oldest = activity.time - KEPT_SECONDS
        execute("delete from scaling_activities where time < ?", [oldest])
        self._database.changed()

    def last(self, resource: str, dimension: str, now: float) -> LastChange:
        """Return the last successful change of a target."""
        found = self._database.connection.execute(
            "select time, after - before from scaling_activities"
            " where resource = ? and dimension = ? and status = ? order by number desc limit 1",
            [resource, dimension, SUCCESSFUL],
        ).fetchone()
        return LastChange(seconds_ago=now - found[0], by=found[1]) if found else LastChange()

    async def describe(self, parameters: dict[str, Any], _call: Call) -> dict[str, Any]:
        """Answer DescribeScalingActivities, the newest first."""
        token = str(parameters.get("NextToken") or "")
        if token and not token.isdecimal():
            raise OperationError("InvalidNextTokenException", f"{token!r} is not a token")
        wanted = {"namespace": parameters["ServiceNamespace"]}
        for column, name in (("resource", "ResourceId"), ("dimension", "ScalableDimension")):
            if parameters.get(name):
                wanted[column] = parameters[name]
        conditions = " and ".join(f"{name} = ?" for name in wanted)
        most = min(int(parameters.get("MaxResults") or MAX_RESULTS), MAX_RESULTS)
        rows = self._database.connection.execute(
            "select number, id, namespace, resource, dimension, description, cause, time, status,"  # noqa: S608 - own names
            f" message from scaling_activities where {conditions}"
            f"{' and number < ?' if token else ''} order by number desc limit ?",
            [*wanted.values(), *([int(token)] if token else []), most + 1],
        ).fetchall()
        answer: dict[str, Any] = {"ScalingActivities": [_described(row) for row in rows[:most]]}
        if len(rows) > most:
            answer["NextToken"] = str(rows[most - 1][0])
        return answer


def _described(row: tuple[Any, ...]) -> dict[str, Any]:
    _, id_, namespace, resource, dimension, description, cause, time, status, message = row
    return {
        "ActivityId": id_,
        "ServiceNamespace": namespace,
        "ResourceId": resource,
        "ScalableDimension": dimension,
        "Description": description,
        "Cause": cause,
        "StartTime": time,
        "EndTime": time,
        "StatusCode": status,
        "StatusMessage": message,
    }
