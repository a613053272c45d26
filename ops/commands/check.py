"""`bulkhead check`: validate service descriptions and the code they name, without building."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from localcloud.layout import ROOT
from ops.errors import CommandError
from ops.screen import out
from spec.catalogue import load_catalogue
from spec.code import check_code
from spec.faults import Fault, SpecError
from spec.reading import FILE, load_service

if TYPE_CHECKING:
    from pathlib import Path

SERVICES = ROOT / "services"


def run(
    service: Annotated[
        str | None, typer.Argument(help="Check this service only. Default: every service.")
    ] = None,
) -> None:
    """Validate service.yaml and the code that it names, of one service or of all.

    Nothing is imported or built. The exit code is 1 if there are faults.
    """
    files = {file.parent.name: file for file in sorted(SERVICES.glob(f"*/{FILE}"))}
    if service is not None and service not in files:
        known = ", ".join(files) or "none"
        raise CommandError(f"There is no service {service!r}. Services: {known}")
    faults, invalid = _faults(files, SERVICES)
    names = [service] if service else [*files, *{_service(one) for one in faults if _service(one)}]
    for name in dict.fromkeys(names):
        own = [fault for fault in faults if _service(fault) == name]
        for fault in own:
            out.print(str(_relative(fault)), markup=False)
        if not own:
            out.print(f"{name} is valid", markup=False)
    others = [fault for fault in faults if not _service(fault)]  # in roles.yaml
    for fault in others:
        out.print(str(_relative(fault)), markup=False)
    if service and invalid - {service}:
        out.print(f"Not compared with other services: {', '.join(sorted(invalid))} has faults.")
    if others or any(_service(fault) in names for fault in faults):
        raise typer.Exit(1)


def _faults(files: dict[str, Path], folder: Path) -> tuple[list[Fault], set[str]]:
    """Return every fault, and the services that are invalid on their own.

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
            check_code(spec, folder)
        except SpecError as error:
            found += error.faults
    if not invalid:
        try:
            load_catalogue(folder)
        except SpecError as error:
            found += error.faults
    return found, invalid


def _service(fault: Fault) -> str:
    """Return the service whose folder has *fault*; empty for a file of all services."""
    parts = fault.file.relative_to(SERVICES).parts
    return parts[0] if len(parts) > 1 else ""


def _relative(fault: Fault) -> Fault:
    return replace(fault, file=fault.file.relative_to(ROOT))
