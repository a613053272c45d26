"""The file that names the local addresses of what the front door serves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.layout import Layout


def write(layout: Layout, content: Mapping[str, Any]) -> None:
    """Replace `run/frontdoor.json`."""
    layout.run.mkdir(parents=True, exist_ok=True)
    path = layout.run / "frontdoor.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(content, indent=2) + "\n")
    temporary.replace(path)
