"""The local cloud without a shop in it, in a temporary home, stopped and deleted at the end."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.running import screen
from localcloud.layout import Layout
from localcloud.supervisor import client

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def running_cloud() -> Iterator[Layout]:
    """Start a local cloud for the block, and yield its layout."""
    layout = Layout(Path(tempfile.mkdtemp(prefix="bulkhead-bench-")))
    try:
        with screen.status("starting the local cloud in a temporary home"):
            client.start(layout)
        yield layout
    finally:
        client.stop(layout)
        shutil.rmtree(layout.home, ignore_errors=True)
