"""`bulkhead down`: stop everything and keep the data."""

from __future__ import annotations

import shutil

from localcloud.supervisor import client
from ops import folders
from ops.locking import exclusive
from ops.screen import done, step


def run(*, services: folders.ServicesOption = None) -> None:
    """Stop every process of the local cloud and keep its data for the next `bulkhead up`."""
    layout = folders.layout(services)
    deleted = not layout.home.exists()
    if deleted and not client.daemons(layout):
        done("Nothing is running.")
        return
    with exclusive(layout), step() as show:
        show("Stopping the local cloud")
        stopped = client.stop(layout)
    if deleted:
        shutil.rmtree(layout.home, ignore_errors=True)  # created by this command
        done("Stopped the processes of a state folder that has been deleted.")
    else:
        done("Stopped; the data is kept." if stopped else "Nothing is running.")
