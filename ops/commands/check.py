"""`bulkhead check`: validate service descriptions and the code they name, without building."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ops.errors import CommandError
from ops.folders import KIT, ServicesOption, chosen, shown
from ops.screen import err, out
from spec.catalogue import load_catalogue
from spec.code import check_code
from spec.events.checks import missing, warnings
from spec.faults import Fault, SpecError
from spec.reading import FILE, load_service

if TYPE_CHECKING:
    from pathlib import Path

    from spec.catalogue import Catalogue


def run(
    service: Annotated[
        str | None, typer.Argument(help="Check this service only. Default: every service.")
    ] = None,
    *,
    services: ServicesOption = None,
) -> None:
    """Validate service.yaml and the code that it names, of one service or of all.

    Nothing is imported or built. The exit code is 1 if there are faults.
    """
    folder = chosen(services)
    files = {file.parent.name: file for file in sorted(folder.glob(f"*/{FILE}"))}
    if service is not None and service not in files:
        known = ", ".join(files) or "none"
        raise CommandError(f"There is no service {service!r}. Services: {known}")
    faults, invalid, catalogue = _faults(files, folder)
    of = {fault: _service(fault, folder) for fault in faults}
    names = [service] if service else [*files, *filter(None, of.values())]
    for name in dict.fromkeys(names):
        own = [fault for fault in faults if of[fault] == name]
        for fault in own:
            out.print(_relative(fault), markup=False)
        if not own:
            out.print(f"{name} is valid", markup=False)
    for warning in warnings(catalogue, folder) if catalogue else ():
        if _service(warning, folder) in names:
            err.print(f"Warning: {_relative(warning)}", markup=False)
    others = [fault for fault in faults if not of[fault]]  # in roles.yaml
    for fault in others:
        out.print(_relative(fault), markup=False)
    if service and invalid - {service}:
        out.print(f"Not compared with other services: {', '.join(sorted(invalid))} has faults.")
    if others or any(name in names for name in of.values()):
        raise typer.Exit(1)


def _faults(files: dict[str, Path], folder: Path) -> tuple[list[Fault], set[str], Catalogue | None]:
    """Return every fault, the services that are invalid on their own, and the valid catalogue.

    Services are compared with each other once each is valid.
    """
    found: list[Fault] = []
    invalid: set[str] = set()
    for name, file in files.items():
        try:
            spec = load_service(file)
        except SpecError as error:
            found += error.faults
            invalid.add(name)
            continue
        try:
            check_code(spec, folder, KIT.parent)
        except SpecError as error:
            found += error.faults
    catalogue = None
    if not invalid:
        try:
            catalogue = load_catalogue(folder)
            found += missing(catalogue, folder)
        except SpecError as error:
            found += error.faults
    return found, invalid, catalogue


def _service(fault: Fault, folder: Path) -> str:
    """Return the service whose folder has *fault*; empty for a file of all services."""
    parts = fault.file.relative_to(folder).parts
    return parts[0] if len(parts) > 1 else ""


def _relative(fault: Fault) -> str:
    return str(fault).replace(str(fault.file), shown(fault.file), 1)
