"""The key with which the local cloud's own processes report to the telemetry process.

Services run as the same user, so the key keeps out web pages and mistakes, not the user.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.layout import Layout

HEADER = "x-bulkhead-key"
"""The request header that carries the key."""


def run_key(layout: Layout) -> str:
    """Return the key of the environment of *layout*; the first caller creates it."""
    layout.run.mkdir(parents=True, exist_ok=True)
    path = layout.run / "telemetry.key"
    new = path.with_name(f"telemetry.key.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
        try:
            os.link(new, path)  # unlike a rename, it fails if another process was faster
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return path.read_text()
