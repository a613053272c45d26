"""The released schemas of a service's events: `services/<owner>/events/events.lock`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from spec.events.files import DIRECTORY
from spec.faults import Fault, SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Schemas = dict[str, dict[int, dict[str, Any]]]
    """Schemas by event and version."""

LOCK = "events.lock"


def file(services: Path, owner: str) -> Path:
    """Return the file with the released schemas of *owner*."""
    return services / owner / DIRECTORY / LOCK


def read(services: Path, owner: str) -> Schemas:
    """Return what *owner* has released; raises SpecError."""
    path = file(services, owner)
    if not path.exists():
        return {}
    try:
        found: Any = json.loads(path.read_bytes())
        return {
            event: {int(version): cast("dict[str, Any]", dict(one)) for version, one in of.items()}
            for event, of in found.items()
        }
    except (ValueError, TypeError, AttributeError) as error:
        write = "restore it from version control: bulkhead events release writes it"
        raise SpecError([Fault(path, 1, "", f"no released schemas ({error})", write)]) from error


def write(services: Path, owner: str, schemas: Mapping[str, Mapping[int, dict[str, Any]]]) -> None:
    """Write the released schemas of *owner*; without any, there is no file."""
    path = file(services, owner)
    found = {event: dict(of) for event, of in sorted(schemas.items()) if of}
    if found:
        path.write_text(json.dumps(found, indent=2) + "\n")
    else:
        path.unlink(missing_ok=True)
