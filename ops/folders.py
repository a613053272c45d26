"""Source folders of services and of the platform's functions.

The services of an environment are in the folder that its setting `bulkhead:services` names. For the
stack `local`, `bulkhead up --services` may name another one, which has a home of its own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from builders.target import LOCAL
from localcloud import layout as layouts
from localcloud.layout import ROOT, Layout
from ops import settings_copy
from ops.errors import CommandError

DEFAULT = "services"
KIT = ROOT / DEFAULT / "kit"
PLATFORM_FUNCTIONS = {
    "credentials-rotation": ROOT / "components" / "data" / "rotation",
    "secret-ages": ROOT / "components" / "data" / "secret_age",
}
SETTING = "bulkhead:services"
VARIABLE = "BULKHEAD_SERVICES"
"""The folder of the stack `local`, for its program."""

ServicesOption = Annotated[
    str | None,
    typer.Option(
        "--services",
        metavar="DIR",
        help="Folder of the services. Default: bulkhead:services in Pulumi.local.yaml.",
    ),
]


def source_folder(name: str) -> Path:
    """Return the folder with the code of a service or of one of the platform's functions."""
    return PLATFORM_FUNCTIONS.get(name, of_environment(LOCAL) / name)


def of_environment(name: str) -> Path:
    """Return the folder of the services of an environment, which may not exist."""
    marker = _marker(Layout.current())
    if name == LOCAL and marker.is_file():
        return ROOT / marker.read_text().strip()
    return _configured(name)


def existing(name: str = LOCAL) -> Path:
    """Return the folder of the services of an environment; raises CommandError if there is none."""
    folder = of_environment(name)
    if not folder.is_dir():
        raise CommandError(
            f"{shown(folder)} is not a folder: write the folder of the services as {SETTING} in"
            f" Pulumi.{name}.yaml, relative to it"
        )
    return folder


def layout(services: str | None) -> Layout:
    """Return the home of the local environment with the services in a folder.

    Without BULKHEAD_HOME, that is `.bulkhead` in the checkout for the folder of Pulumi.local.yaml,
    and another folder beside it for others. Raises CommandError for the home of other services.
    """
    if services is None:
        return Layout.current()
    folder = named(services)
    if folder != _configured(LOCAL) and not os.environ.get(layouts.VARIABLE):
        name = ".bulkhead-" + "-".join(folder.parts[-2:])
        os.environ[layouts.VARIABLE] = str(ROOT / name)
    found = Layout.current()
    present = of_environment(LOCAL)
    if present != folder and found.data.exists():
        raise CommandError(
            f"{found.home} belongs to the services in {shown(present)}, not to those in"
            f" {shown(folder)}: set {layouts.VARIABLE} to another folder, or unset it"
        )
    return found


def keep(layout: Layout, services: str | None) -> None:
    """Note in the home of *layout* whose services it has, if Pulumi.local.yaml names others."""
    if services is None or (folder := named(services)) == _configured(LOCAL):
        return
    layout.data.mkdir(parents=True, exist_ok=True)
    _marker(layout).write_text(f"{shown(folder)}\n")


def option(services: str | None) -> str:
    """Return the option with which other commands reach the same home; '' if they need none."""
    by_default = services is None or named(services) == _configured(LOCAL)
    return "" if by_default else f" --services {services}"


def chosen(services: str | None, *, may_be_empty: bool = False) -> Path:
    """Return the folder that `--services` names, or that of the stack `local`."""
    return existing() if services is None else named(services, may_be_empty=may_be_empty)


def described(environment: str, services: str | None) -> Path:
    """Return the folder that `--services` names, or that of the services of *environment*."""
    return existing(environment) if services is None else named(services)


def named(services: str, *, may_be_empty: bool = False) -> Path:
    """Return the folder that `--services` names; raises CommandError if it has no service."""
    folder = Path(services).resolve()
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise CommandError(f"--services {services}: it {what}; write a folder of services")
    if not any(folder.glob("*/service.yaml")):
        near = sorted(shown(file.parents[1]) for file in folder.glob("*/*/service.yaml"))
        near += [shown(folder.parent)] if (folder / "service.yaml").is_file() else []
        if may_be_empty and not near:
            return folder
        write = f"write {near[0]}" if near else "write a folder whose folders have one"
        raise CommandError(f"--services {services}: no folder in it has a service.yaml; {write}")
    return folder


def shown(path: Path) -> str:
    """Return *path*, relative to the checkout if it is inside."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _marker(layout: Layout) -> Path:
    return layout.data / "services"


def _configured(name: str) -> Path:
    """Return the folder that the settings of an environment name."""
    file = ROOT / f"Pulumi.{name}.yaml"
    config: Any = (settings_copy.read(file).get("config") or {}) if file.is_file() else {}
    return (ROOT / str(config.get(SETTING, DEFAULT))).resolve()
