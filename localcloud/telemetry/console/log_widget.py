"""Runs the queries of log widgets with Logs Insights: few rows, and not at every look."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.telemetry.console.masking import masked_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.console.data import Sources

SOURCE = re.compile(r"\s*SOURCE\s+(?:'([^']+)'|\"([^\"]+)\")\s*\|", re.IGNORECASE)
MAX_ROWS = 100
REMEMBERED_SECONDS = 10.0
"""How long rows are shown before the query runs again: an open page asks every second."""
POLL_SECONDS, MAX_POLLS = 0.1, 50
UNFINISHED = ("Scheduled", "Running")
POINTER = "@ptr"


def split(query: str) -> tuple[list[str], str]:
    """Return the log groups that `SOURCE` names at the beginning of *query*, and the rest."""
    groups: list[str] = []
    at = 0
    while found := SOURCE.match(query, at):
        groups.append(found[1] or found[2])
        at = found.end()
    return groups, query[at:].strip()


async def rows(
    sources: Sources, properties: Mapping[str, Any], start: int, end: int
) -> dict[str, Any]:
    """Return columns and rows of a widget, or why it has none."""
    query = str(properties.get("query") or "")
    groups, text = split(query)
    about = {"query": text, "groups": groups, "columns": [], "rows": []}
    if not groups:
        return about | {"problem": "The query names no log group: begin with SOURCE 'group' |"}

    async def ask() -> dict[str, Any]:
        try:
            return await _ask(sources, groups, text, start, end)
        except ClientError as error:
            return {"problem": str(error.response.get("Error", {}).get("Message") or error)}

    asked = f"rows of {end - start} s: {query}"
    return about | await sources.remembered_answer(asked, REMEMBERED_SECONDS, ask)


async def _ask(
    sources: Sources, groups: list[str], text: str, start: int, end: int
) -> dict[str, Any]:
    started = await sources.aws(
        "logs",
        "StartQuery",
        logGroupNames=groups,
        startTime=start,
        endTime=end,
        queryString=text,
        limit=MAX_ROWS,
    )
    number = started["queryId"]
    for _ in range(MAX_POLLS):
        answer = await sources.aws("logs", "GetQueryResults", queryId=number)
        if answer["status"] not in UNFINISHED:
            break
        await asyncio.sleep(POLL_SECONDS)
    else:
        await sources.aws("logs", "StopQuery", queryId=number)
        limit = int(POLL_SECONDS * MAX_POLLS)
        return {"problem": f"The query took longer than {limit} s: choose a shorter time."}
    if answer["status"] != "Complete":
        return {"problem": f"The query ended without a result: {answer['status']}."}
    found = [
        {one["field"]: masked_text(one["value"]) for one in row if one["field"] != POINTER}
        for row in answer["results"]
    ]
    columns = list(dict.fromkeys(name for row in found for name in row))
    return {
        "columns": columns,
        "rows": [[row.get(name, "") for name in columns] for row in found],
        "problem": "",
    }
