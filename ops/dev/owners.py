"""Which services run the saved code of a `bulkhead dev`."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING

from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from localcloud.layout import Layout

SECONDS = 5


def owners(layout: Layout) -> dict[str, int]:
    """Return the process ID of the `bulkhead dev`, by service."""
    url = f"http://{HOST}:{claim(layout, 'workers')}/overlays"
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as response:
            return json.load(response)["owners"]
    except OSError:  # the supervisor is starting the workers
        return {}
