"""Checks of the schemas of all events: valid, compatible, and those that consumers read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spec.events import compatibility, released, schema_file
from spec.events.files import DIRECTORY, VERSION, consumed, versions
from spec.faults import Fault, SpecError
from spec.reading import FILE
from spec.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spec.catalogue import Catalogue
    from spec.service import ServiceSpec

FIRST = "1.json"
REQUIREMENTS, PACKAGE = "requirements.in", "jsonschema-rs"
KIT = re.compile(
    rb"^\s*from\s+kit\s+import\s.*\b(batch|changes|consumer|events|outbox)\b", re.MULTILINE
)


def faults(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    """Yield the faults of every service's schemas."""
    services = source.directory
    for spec in catalogue.services.values():
        if (services / spec.name / DIRECTORY).is_dir():
            yield from _of_publisher(spec, services)
    publishers = {event for spec in catalogue.services.values() for event in spec.publishes}
    for spec in catalogue.services.values():
        for event in spec.consumes:
            if event in publishers:
                yield from _of_consumer(spec, event, catalogue, source)


def missing(catalogue: Catalogue, services: Path) -> Iterator[Fault]:
    """Yield the events that have no schema; `"properties": {}` declares one without data.

    A local environment still starts without them: `bulkhead check` is the gate.
    """
    source = Source(services, frozenset(catalogue.roles))
    for spec in catalogue.services.values():
        for event in spec.publishes:
            if not versions(services, spec.name, event):
                write = (
                    f"add {DIRECTORY}/{event}/{FIRST}, a JSON Schema of its data; for an event"
                    f' without data {{"$schema": "{schema_file.DRAFT}", "type": "object",'
                    ' "properties": {}}'
                )
                yield source.fault(spec, ["publishes", event], f"no schema of {event!r}", write)


def warnings(catalogue: Catalogue, services: Path) -> Iterator[Fault]:
    """Yield what should be written: the package with which the kit reads schemas."""
    for spec in catalogue.services.values():
        file = services / spec.name / REQUIREMENTS
        lists = file.is_file() and PACKAGE in file.read_text().split()
        if not lists and _reads_schemas(spec, catalogue, services):
            found = f"no {PACKAGE}, with which the kit checks the events of {spec.name}"
            yield Fault(file, 1, "", found, f"add it, and run bulkhead lock {spec.name}")


def _reads_schemas(spec: ServiceSpec, catalogue: Catalogue, services: Path) -> bool:
    """Return whether there are schemas of the events of *spec*, and its code uses the kit."""
    folder = services / spec.name
    published = any(versions(services, spec.name, event) for event in spec.publishes)
    return (published or bool(consumed(spec, catalogue, services))) and any(
        KIT.search(file.read_bytes()) for file in folder.rglob("*.py")
    )


def schemas(services: Path, spec: ServiceSpec) -> released.Schemas:
    """Return the schemas of the events of *spec*; raises SpecError."""
    return {
        event: {
            version: schema_file.read(file)
            for version, file in versions(services, spec.name, event).items()
        }
        for event in spec.publishes
    }


def _of_publisher(spec: ServiceSpec, services: Path) -> Iterator[Fault]:
    yield from _strays(spec, services)
    try:
        known = released.read(services, spec.name)
    except SpecError as error:
        yield from error.faults
        known = {}
    for event in spec.publishes:
        for version, file in versions(services, spec.name, event).items():
            try:
                schema = schema_file.read(file)
            except SpecError as error:
                yield from error.faults
                continue
            yield from _changed(file, known.get(event, {}), version, schema)


def _changed(
    file: Path, known: dict[int, dict[str, Any]], version: int, schema: dict[str, Any]
) -> Iterator[Fault]:
    if version not in known:
        return
    following = max(version, *known) + 1
    write = (
        f"restore it, and write the change as {following}.json beside it: version {version} is"
        " released, and only optional fields may be added to it"
    )
    for where, found in compatibility.changes(known[version], schema):
        yield schema_file.fault(file, where, found, write)


def _strays(spec: ServiceSpec, services: Path) -> Iterator[Fault]:
    """Yield the files that look like schemas and are not read."""
    folder = services / spec.name / DIRECTORY
    for file in sorted(folder.glob("*/*.json")):
        event = file.parent.name
        if event in spec.publishes and not VERSION.fullmatch(file.name):
            write = f"name it by its version, as {FIRST}"
            yield Fault(file, 1, "", f"the file name {file.name!r}", write)
        elif event not in spec.publishes and VERSION.fullmatch(file.name):
            found = f"a schema of the event {event!r}, which {spec.name} does not publish"
            write = f"add {event} to publishes in {FILE}, or remove the file"
            yield Fault(file, 1, "", found, write)


def _of_consumer(
    spec: ServiceSpec, event: str, catalogue: Catalogue, source: Source
) -> Iterator[Fault]:
    owner = catalogue.publisher(event).name
    published = versions(source.directory, owner, event)
    version = spec.consumes[event].version
    if version in published or (not published and version == 1):
        return
    known = " or ".join(f"'version: {one}'" for one in published) or "no version"
    found = f"version {version} of {event!r}, which {owner} does not publish"
    write = f"write {known}, or ask {owner} for {DIRECTORY}/{event}/{version}.json"
    yield source.fault(spec, ["consumes", event, "version"], found, write)
