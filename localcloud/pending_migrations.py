"""Migrations that a deployment did not run, because the engine of the database is missing.

`bulkhead up` runs them once the engine is installed. Until then the service is off.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localcloud.layout import Layout


def read(layout: Layout) -> dict[str, dict[str, Any]]:
    """Return what each service's migrations need to run, by service."""
    try:
        return json.loads(_path(layout).read_text())
    except FileNotFoundError:
        return {}


def add(layout: Layout, service: str, run: Mapping[str, Any]) -> None:
    """Remember that the migrations of *service* have to run."""
    _write(layout, {**read(layout), service: dict(run)})


def remove(layout: Layout, service: str) -> None:
    """Forget the migrations of *service*: they have run."""
    found = read(layout)
    if found.pop(service, None) is not None:
        _write(layout, found)


def _write(layout: Layout, content: Mapping[str, Any]) -> None:
    path = _path(layout)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    unfinished.write_text(json.dumps(content, indent=2) + "\n")
    unfinished.replace(path)


def _path(layout: Layout) -> Path:
    return layout.data / "pending-migrations.json"
