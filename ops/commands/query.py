"""`bulkhead query`: search the log lines of services with Logs Insights."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer
from botocore.exceptions import ClientError
from rich.table import Table

from ops import clients, deployed, folders, saved_queries
from ops.environment import LOCAL
from ops.errors import CommandError
from ops.screen import out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.layout import Layout
    from ops.deployed import Resource

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
SINCE = re.compile(r"([1-9]\d{0,4})([smhd])")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
MOST_GROUPS = 50
POLL_SECONDS = 0.1
UNFINISHED = ("Scheduled", "Running")
POINTER = "@ptr"


def run(  # noqa: PLR0913 - the command's options
    text: Annotated[
        str | None, typer.Argument(metavar="[QUERY]", help="As 'filter level = \"ERROR\"'.")
    ] = None,
    *,
    saved: Annotated[
        str | None, typer.Option("--saved", metavar="NAME", help="As orders/latest-errors.")
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="Print the names of the saved queries.")
    ] = False,
    service: Annotated[
        list[str] | None, typer.Option("--service", help="Only the log groups of this service.")
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option("--group", help="Only the log group with this name.")
    ] = None,
    since: Annotated[
        str, typer.Option(metavar="DURATION", help="How far back, as 30m, 1h or 2d.")
    ] = "1h",
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
    services: folders.ServicesOption = None,
) -> None:
    """Search the log lines of services: of all, or of those named."""
    layout = folders.layout(services)
    client = clients.client(layout, LOCAL, "logs")
    if sum((text is not None, saved is not None, listed)) != 1:
        raise CommandError("Write one of: a query, --saved NAME, --list.")
    if listed:
        out.print("\n".join(sorted(saved_queries.saved(client))) or "No saved queries.")
        return
    text, chosen = (text or ""), []
    if saved is not None:
        query = saved_queries.named(client, saved)
        text, chosen = query.text, query.log_groups
    if service or group or not chosen:
        chosen = groups(layout, service or [], group or [])
    rows = results(client, text, chosen, seconds(since))
    if as_json:
        out.print_json(json.dumps(rows))
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(*names)
    for row in rows:
        table.add_row(*(_escaped(row.get(name, "")) for name in names))
    out.print(table if rows else "No rows.")


def seconds(since: str) -> int:
    """Return the seconds of a duration such as `1h`."""
    found = SINCE.fullmatch(since)
    if found is None:
        raise CommandError(f"--since {since} is no duration. Write one as 30m, 1h or 2d.")
    return int(found[1]) * SECONDS[found[2]]


def groups(layout: Layout, services: list[str], names: list[str]) -> list[str]:
    """Return the log groups named, and those of *services*; of all services without either."""
    if names and not services:
        return names
    found = deployed.resources(layout)
    chosen = [*names, *groups_of(found, services)]
    if not chosen:
        raise CommandError("No service is deployed yet. Deploy with: bulkhead up")
    if len(chosen) > MOST_GROUPS:
        raise CommandError(
            f"{len(chosen)} log groups are more than the {MOST_GROUPS} that a query may read:"
            " name services with --service."
        )
    return chosen


def groups_of(found: Mapping[str, Resource], services: list[str]) -> list[str]:
    """Return the log groups of *services*, or of all microservices."""
    owners = {
        one.id: deployed.microservice(found, one) for one in deployed.of_type(found, LOG_GROUP)
    }
    known = sorted(set(owners.values()) - {""})
    for service in services:
        if service not in known:
            raise CommandError(
                f"There is no service {service!r} with a log group.\n"
                f"Services: {', '.join(known) or 'none'}"
            )
    return sorted(name for name, owner in owners.items() if owner in (services or known))


def results(client: Any, text: str, names: list[str], back_seconds: int) -> list[dict[str, str]]:
    """Return the rows of a query; raises CommandError."""
    now = int(time.time())
    try:
        started = client.start_query(
            logGroupNames=names, startTime=now - back_seconds, endTime=now, queryString=text
        )
        while (answer := client.get_query_results(**_id(started)))["status"] in UNFINISHED:
            time.sleep(POLL_SECONDS)
    except ClientError as error:
        raise CommandError(explained(text, dict(error.response))) from None
    if answer["status"] != "Complete":
        raise CommandError(f"The query ended without a result: {answer['status']}.")
    return [
        {one["field"]: one["value"] for one in row if one["field"] != POINTER}
        for row in answer["results"]
    ]


def explained(text: str, response: Mapping[str, Any]) -> str:
    """Return an error of the API; of a malformed query, with a mark below the mistake."""
    error = response["Error"]["Message"]
    mistake = response.get("queryCompileError")
    if not mistake:
        return error
    start = mistake["location"]["startCharOffset"]
    end = mistake["location"]["endCharOffset"]
    begin = text.rfind("\n", 0, start) + 1
    line = text[begin:].split("\n", 1)[0]
    marked = "^" * max(min(end, begin + len(line)) - start, 1)
    indented = " " * (start - begin) + marked
    return f"The query is malformed: {mistake['message']}\n\n  {line}\n  {indented}"


def _id(started: Mapping[str, Any]) -> dict[str, str]:
    return {"queryId": started["queryId"]}


def _escaped(value: str) -> str:
    return value.replace("[", r"\[")
