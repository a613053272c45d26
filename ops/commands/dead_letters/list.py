"""`bulkhead dead-letters list`: the consumers with dead letters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ops import dead_letters, folders
from ops.environment import LOCAL
from ops.screen import done, out

if TYPE_CHECKING:
    from ops.letters import DeadLetters


def run(
    *,
    environment: dead_letters.EnvironmentOption = LOCAL,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    services: folders.ServicesOption = None,
) -> None:
    """List the consumers that have dead letters: number, the oldest, and why it is there."""
    found = dead_letters.of_environment(folders.layout(services), environment)
    rows = [row for one in found if (row := _row(one)) is not None]
    if as_json:
        out.print_json(json.dumps(rows))
        return
    if not rows:
        done(f"There are no dead letters in {environment}")
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        line = f"{row['name']:<{width}}  {row['count']:>6}  {row['oldest']}  {row['reason']}"
        out.print(line, markup=False)


def _row(letters: DeadLetters) -> dict[str, Any] | None:
    count = letters.count()
    if not count:
        return None
    oldest = next(iter(letters.letters(dead_letters.SAMPLE)), None)
    return {
        "name": letters.name,
        "count": count,
        "oldest": oldest.sent.isoformat(timespec="seconds") if oldest else "",
        "reason": oldest.reason if oldest else "another command reads them; try again",
    }
