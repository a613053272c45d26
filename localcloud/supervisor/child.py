"""Ends supervised processes when the supervisor ends."""

from __future__ import annotations

import os
import signal
import sys
import threading

SUPERVISED = "BULKHEAD_SUPERVISED"


def follow_parent() -> None:
    """Send this process SIGTERM when the supervisor ends, also by SIGKILL.

    Standard input is a pipe that the supervisor keeps open: it reads EOF once that process is gone.
    Without `BULKHEAD_SUPERVISED=1` this does nothing, so that a process can be started directly.
    """
    if os.environ.get(SUPERVISED) == "1":
        threading.Thread(target=_end_with_parent, name="follow-parent", daemon=True).start()


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: holds no lock at interpreter exit
        pass
    os.kill(os.getpid(), signal.SIGTERM)
