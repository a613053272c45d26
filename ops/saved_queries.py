"""Saved queries of Logs Insights, by the name of the service and the query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.environment import LOCAL
from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = f"{LOCAL}/"


@dataclass(frozen=True)
class SavedQuery:
    """A query and the log groups that it reads."""

    text: str
    log_groups: list[str]


def saved(client: Any) -> dict[str, SavedQuery]:
    """Return the saved queries of the environment by name, as `orders/one-trace`."""
    found: list[Mapping[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        answer = client.describe_query_definitions(queryDefinitionNamePrefix=PREFIX, **more)
        found += answer["queryDefinitions"]
        if not answer.get("nextToken"):
            break
        more = {"nextToken": answer["nextToken"]}
    return {
        one["name"].removeprefix(PREFIX): SavedQuery(
            one["queryString"], list(one.get("logGroupNames") or ())
        )
        for one in found
    }


def named(client: Any, name: str) -> SavedQuery:
    """Return the saved query *name*; raises CommandError."""
    known = saved(client)
    found = known.get(name.removeprefix(PREFIX))
    if found is None:
        raise CommandError(
            f"There is no saved query {name!r}.\nSaved: {', '.join(sorted(known)) or 'none'}"
        )
    return found
