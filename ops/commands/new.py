"""`bulkhead new`: create files from templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from ops.errors import CommandError
from ops.folders import ServicesOption, chosen, option, shown
from ops.generator import NewService, compute_kinds, generate, remove
from ops.screen import done, out, step
from spec.catalogue import load_catalogue
from spec.faults import SpecError
from spec.kinds import models
from spec.model import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from spec.catalogue import Catalogue

MAX_NAME = 30

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def _group() -> None:
    """Create files from templates."""


@app.command()
def service(  # noqa: PLR0913 - its options
    name: Annotated[str, typer.Argument(help="Lower-case words joined by '-'.")],
    *,
    kind: Annotated[str, typer.Option(help="Kind of compute: lambda or fargate.")] = "lambda",
    store: Annotated[str | None, typer.Option(help="Kind of its store. Default: none.")] = None,
    event: Annotated[str | None, typer.Option(help="Event that it consumes.")] = None,
    publishes: Annotated[str | None, typer.Option(help="Event that it publishes.")] = None,
    owner: Annotated[str, typer.Option(help="Team that owns it.")] = "platform",
    services: ServicesOption = None,
) -> None:
    """Create a service with description, code, requirements and tests."""
    folder = chosen(services, may_be_empty=True)
    new = NewService(name, kind, store, event, owner, publishes)
    try:
        catalogue = load_catalogue(folder)
    except SpecError as error:
        raise CommandError(f"Correct these faults first:\n{error}") from error
    _require_valid(new, folder, catalogue)
    with step() as show:
        show(f"Writing {shown(folder / name)}")
        written = generate(new, folder, catalogue)
    try:
        load_catalogue(folder)
    except SpecError as error:
        remove(written)
        raise CommandError(f"{name} does not fit the other services:\n{error}") from error
    done(f"{shown(written)} is written")
    elsewhere = option(services)
    out.print(
        f"Next: bulkhead check {name}{elsewhere}"
        f" · {f'bulkhead up{elsewhere}' if elsewhere else 'make up'}"
        f" · bulkhead logs {name}{elsewhere} -f",
        soft_wrap=True,
    )


def _require_valid(new: NewService, folder: Path, catalogue: Catalogue) -> None:
    for name, what in ((new.name, "a service's name"), (new.publishes, "an event's name")):
        if name is not None and (not re.fullmatch(NAME, name) or len(name) > MAX_NAME):
            raise CommandError(
                f"{name!r} cannot be {what}: write lower-case letters and digits, words joined by"
                f" '-', a letter first, {MAX_NAME} characters at most"
            )
    if (folder / new.name).exists():
        raise CommandError(f"{shown(folder / new.name)} exists already.")
    _require_known("kind", new.kind, compute_kinds())
    if new.store_kind is not None:
        _require_known("store", new.store_kind, models("spec.stores"))
    if new.event is not None:
        published = [e for spec in catalogue.services.values() for e in spec.publishes]
        _require_known("event", new.event, published)


def _require_known(option: str, value: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if value not in names:
        raise CommandError(
            f"There is no {option} {value!r}. Write one of: {', '.join(names) or 'none exists'}"
        )
