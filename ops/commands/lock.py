"""`bulkhead lock`: pin the requirements of a service, with hashes."""

from __future__ import annotations

from typing import Annotated

import typer

from builders.packages import PackageError, lock
from ops.errors import CommandError
from ops.folders import ServicesOption, chosen, shown
from ops.screen import done, step


def run(
    service: Annotated[str, typer.Argument(help="The name of its folder.")],
    *,
    services: ServicesOption = None,
) -> None:
    """Write requirements.txt from requirements.in, with hashes, for every target platform.

    Versions in requirements.txt are kept if they satisfy requirements.in; remove it to upgrade all.
    """
    folder = chosen(services) / service
    if not (folder / "requirements.in").is_file():
        raise CommandError(
            f"{shown(folder)}/requirements.in does not exist: write it, one package a line"
        )
    try:
        with step() as show:
            show(f"Resolving the requirements of {service}")
            lock(folder)
    except PackageError as error:
        raise CommandError(str(error)) from error
    done(f"{shown(folder)}/requirements.txt is locked")
