"""`bulkhead dead-letters discard`: delete the dead letters of a consumer."""

from __future__ import annotations

from typing import Annotated

import typer

from ops import dead_letters, folders
from ops.environment import LOCAL
from ops.screen import done


def run(
    name: dead_letters.NameArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    environment: dead_letters.EnvironmentOption = LOCAL,
    services: folders.ServicesOption = None,
) -> None:
    """Delete the dead letters of the consumer NAME; those that arrive meanwhile stay."""
    found = dead_letters.find(folders.layout(services), environment, name)
    letters = found.letters(found.count())
    if not letters:
        done(f"{name} has no dead letters in {environment}")
        return
    if not yes:
        typer.confirm(
            f"Delete {dead_letters.number(len(letters))} of {name} in {environment}?", abort=True
        )
    found.discard(letters)
    were = "was" if len(letters) == 1 else "were"
    done(f"{dead_letters.number(len(letters))} of {name} {were} deleted")
