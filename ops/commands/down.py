"""`bulkhead down`: stop, and keep everything."""

from __future__ import annotations

from localcloud.layout import Layout
from localcloud.supervisor import client
from ops.locking import only_one
from ops.screen import done, step


def run() -> None:
    """Stop every process of the local cloud; its data stays, and `bulkhead up` goes on from it."""
    layout = Layout.current()
    if not layout.home.exists():
        done("Nothing runs.")
        return
    with only_one(layout), step() as show:
        show("Stopping the local cloud")
        stopped = client.stop(layout)
    done("Stopped; the data is kept." if stopped else "Nothing runs.")
