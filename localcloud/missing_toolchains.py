"""What services need that could not be built on this machine: they are off."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localcloud.layout import Layout


def read(layout: Layout) -> dict[str, str]:
    """Return what each service needs, by service."""
    try:
        return json.loads(_path(layout).read_text())
    except FileNotFoundError:
        return {}


def write(layout: Layout, needs: Mapping[str, str]) -> None:
    """Replace what each service needs, atomically."""
    path = _path(layout)
    if not needs:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    unfinished.write_text(json.dumps(dict(needs), indent=2) + "\n")
    unfinished.replace(path)


def _path(layout: Layout) -> Path:
    return layout.data / "missing-toolchains.json"
