"""Writes the folder of a new service from the templates.

`any/` and the folder of the compute kind are written for every service; `stores/<kind>/` adds the
code that uses a store, if it has a folder for the compute kind, and `publishes/` the schema of an
event.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from builders.packages import PackageError, lock
from ops.errors import CommandError
from ops.folders import shown
from spec import schema
from spec.faults import SpecError
from spec.kinds import models
from spec.reading import FILE, load_service
from spec.variables import upper

if TYPE_CHECKING:
    from spec.catalogue import Catalogue

TEMPLATES = Path(__file__).parent / "templates"
SUFFIX = ".jinja"
PACKAGE = "package"
"""The name of a template folder that becomes the service's Python package."""
EVENT = "event"
"""The name of a template folder that becomes that of the event that it publishes."""


@dataclass(frozen=True)
class NewService:
    """Options of a new service."""

    name: str
    kind: str
    store_kind: str | None
    event: str | None
    owner: str
    publishes: str | None = None

    @property
    def package(self) -> str:
        """The name of its Python package."""
        return self.name.replace("-", "_")

    @property
    def uses_store(self) -> bool:
        """Whether there are templates of code that uses the store."""
        return any((TEMPLATES / folder).is_dir() for folder in self.store_folders[:1])

    @property
    def has_templates(self) -> bool:
        """Whether there are templates for its kind of store, for any kind of compute."""
        return (TEMPLATES / "stores" / str(self.store_kind)).is_dir()

    @property
    def store_folders(self) -> list[str]:
        """The template folders of its kind of store."""
        return [f"stores/{self.store_kind}/{part}" for part in (self.kind, "any")]


def compute_kinds() -> set[str]:
    """Return the kinds of compute that have templates."""
    return {kind for kind in models("spec.compute") if (TEMPLATES / kind).is_dir()}


def generate(new: NewService, services: Path, catalogue: Catalogue) -> Path:
    """Write the folder of *new* as a whole, or nothing; raises CommandError."""
    finished = services / new.name
    with tempfile.TemporaryDirectory(prefix=".new-", dir=services) as temporary:
        folder = Path(temporary) / new.name
        _write(new, folder, _variables(new, finished, catalogue))
        try:
            load_service(folder / FILE)
            lock(folder)
        except (SpecError, PackageError) as error:
            text = str(error).replace(str(folder), shown(finished))
            raise CommandError(f"{new.name} cannot be generated:\n{text}") from error
        try:
            folder.rename(finished)
        except OSError as error:
            raise CommandError(f"{shown(finished)} exists already.") from error
    return finished


def _write(new: NewService, folder: Path, variables: dict[str, Any]) -> None:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - Python and YAML, no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    sources = ["any", new.kind, *(new.store_folders if new.uses_store else ())]
    sources += ["publishes"] if new.publishes else []
    sources += [f"consumes/{new.kind}"] if new.event else []
    for source in sources:
        for file in sorted((TEMPLATES / source).rglob(f"*{SUFFIX}")):
            path = file.relative_to(TEMPLATES / source)
            named = {PACKAGE: new.package, EVENT: str(new.publishes)}
            parts = [named.get(part, part) for part in path.parts]
            target = folder.joinpath(*parts).with_suffix("")
            target.parent.mkdir(parents=True, exist_ok=True)
            template = environment.get_template(file.relative_to(TEMPLATES).as_posix())
            target.write_text(template.render(variables))


def _variables(new: NewService, folder: Path, catalogue: Catalogue) -> dict[str, Any]:
    """Return the variables of the templates; without shared roles, the service defines one."""
    model = models("spec.stores").get(new.store_kind or "")
    fields = {"kind": new.store_kind, **model.EXAMPLE} if model else {}
    store = store_name(new.name, model.MAX_NAME_LENGTH if model else None)
    return {
        **asdict(new),
        "package": new.package,
        "schema": os.path.relpath(schema.FILE, folder),
        "description": f"Answers requests to /{new.name}.",
        "role": next(iter(catalogue.roles), f"{new.name}-caller"),
        "brings_role": not catalogue.roles,
        "store": store if model else "",
        "prefix": upper(store),
        "store_fields": yaml.safe_dump(fields, default_flow_style=True, sort_keys=False).strip(),
        "migrates": bool(model and model.MIGRATABLE) and new.has_templates,
        "uses_store": new.uses_store,
    }


def store_name(service: str, limit: int | None) -> str:
    """Return `<service>-data`, or `data` where AWS names with both would exceed *limit*."""
    store = f"{service}-data"
    return store if limit is None or len(f"{service}-{store}") <= limit else "data"


def remove(folder: Path) -> None:
    """Remove the folder of a service that has just been generated."""
    shutil.rmtree(folder)
