"""`bulkhead dead-letters show`: the dead letters of a consumer."""

from __future__ import annotations

from typing import Annotated

import typer

from ops import dead_letters, folders
from ops.environment import LOCAL
from ops.screen import done, out


def run(
    name: dead_letters.NameArgument,
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Number to show.")] = 10,
    environment: dead_letters.EnvironmentOption = LOCAL,
    services: folders.ServicesOption = None,
) -> None:
    """Show dead letters of the consumer NAME, the oldest first; values of secrets are masked."""
    found = dead_letters.find(folders.layout(services), environment, name)
    letters = found.letters(limit)
    if not letters:
        done(f"{name} has no dead letters in {environment}")
    for letter in letters:
        out.print(f"{letter.id}  {letter.sent.isoformat(timespec='seconds')}", markup=False)
        out.print(f"reason: {letter.reason}", markup=False)
        out.print(dead_letters.shown(letter.body), markup=False, end="\n\n")
