"""`bulkhead lock`: pin the requirements of a service, with hashes."""

from __future__ import annotations

from typing import Annotated

import typer

from builders.packages import PackageError, lock
from localcloud.layout import ROOT
from ops.errors import CommandError
from ops.screen import done, step

SERVICES = ROOT / "services"


def run(service: Annotated[str, typer.Argument(help="The name of its folder.")]) -> None:
    """Write requirements.txt from requirements.in, with hashes, for every target platform.

    Versions in requirements.txt are kept if they satisfy requirements.in; remove it to upgrade all.
    """
    folder = SERVICES / service
    if not (folder / "requirements.in").is_file():
        raise CommandError(
            f"services/{service}/requirements.in does not exist: write it, one package a line"
        )
    try:
        with step() as show:
            show(f"Resolving the requirements of {service}")
            lock(folder)
    except PackageError as error:
        raise CommandError(str(error)) from error
    done(f"services/{service}/requirements.txt is locked")
