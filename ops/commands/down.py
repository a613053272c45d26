"""`bulkhead down`: stop everything and keep the data."""

from __future__ import annotations

from localcloud.layout import Layout
from localcloud.supervisor import client
from ops.locking import exclusive
from ops.screen import done, step


def run() -> None:
    """Stop every process of the local cloud and keep its data for the next `bulkhead up`."""
    layout = Layout.current()
    if not layout.home.exists():
        done("Nothing is running.")
        return
    with exclusive(layout), step() as show:
        show("Stopping the local cloud")
        stopped = client.stop(layout)
    done("Stopped; the data is kept." if stopped else "Nothing is running.")
