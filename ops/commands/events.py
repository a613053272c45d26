"""`bulkhead events`: the events of the services, their schemas and who reads them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ops import event_replay
from ops.errors import CommandError
from ops.folders import ServicesOption, chosen, shown
from ops.screen import done, out
from spec.catalogue import load_catalogue
from spec.events import asyncapi as documents
from spec.events import checks, released
from spec.events.overview import summaries
from spec.faults import SpecError

if TYPE_CHECKING:
    from pathlib import Path

    from spec.catalogue import Catalogue
    from spec.events.overview import EventSummary
    from spec.service import ServiceSpec

app = typer.Typer(add_completion=False)
app.command()(event_replay.replay)


@app.callback(invoke_without_command=True)
def _list(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    services: ServicesOption = None,
) -> None:
    """List the events: owner, versions, channels and readers.

    A star marks a released version, to which only optional fields may be added.
    """
    if context.invoked_subcommand is not None:
        return
    folder = chosen(services)
    found = summaries(_catalogue(folder), folder)
    if as_json:
        out.print_json(json.dumps([asdict(one) for one in found]))
        return
    table = Table("event", "owner", "versions", "channels", "read by", box=None, pad_edge=False)
    for one in found:
        readers = ", ".join(f"{name} ({version})" for name, version in one.readers.items())
        table.add_row(one.event, one.owner, _versions(one), ", ".join(one.channels), readers or "-")
    out.print(table)


@app.command()
def release(
    service: Annotated[
        str | None, typer.Argument(help="Release the events of this service. Default: every one.")
    ] = None,
    *,
    services: ServicesOption = None,
) -> None:
    """Release the schemas as they are: write events.lock beside them.

    From then on `bulkhead check` refuses changes that need another version.
    """
    folder = chosen(services)
    catalogue = _catalogue(folder)
    if service is not None and service not in catalogue.services:
        known = ", ".join(catalogue.services) or "none"
        raise CommandError(f"There is no service {service!r}. Services: {known}")
    for spec in catalogue.services.values():
        if service in {None, spec.name}:
            _release(spec, folder)


@app.command()
def asyncapi(
    file: Annotated[
        typer.FileTextWrite, typer.Argument(help="File to write. Default: standard output.")
    ] = "-",  # pyright: ignore[reportArgumentType] - Typer opens it
    *,
    services: ServicesOption = None,
) -> None:
    """Write a document of AsyncAPI 3.0 with all events."""
    folder = chosen(services)
    file.write(json.dumps(documents.document(_catalogue(folder), folder), indent=2) + "\n")


def _catalogue(folder: Path) -> Catalogue:
    try:
        return load_catalogue(folder)
    except SpecError as error:
        raise CommandError(f"Correct these faults first:\n{error}") from error


def _release(spec: ServiceSpec, folder: Path) -> None:
    before, present = released.read(folder, spec.name), checks.schemas(folder, spec)
    if {event: of for event, of in present.items() if of} == before:
        return
    released.write(folder, spec.name, present)
    for event in sorted(before.keys() | present.keys()):
        old, new = before.get(event, {}), present.get(event, {})
        for version in sorted(old.keys() | new.keys()):
            if old.get(version) != new.get(version):
                did = "withdrawn" if version not in new else "released"
                done(f"{event}, version {version}, is {did}")
    done(f"{shown(released.file(folder, spec.name))} is written: commit it")


def _versions(one: EventSummary) -> str:
    marked = (f"{version}{'*' * (version in one.released)}" for version in one.versions)
    return ", ".join(marked) or "no schema"
