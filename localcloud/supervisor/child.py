"""What each supervised process does so that it never outlives the supervisor."""

from __future__ import annotations

import os
import signal
import sys
import threading

SUPERVISED = "BULKHEAD_SUPERVISED"


def follow_parent() -> None:
    """End this process with SIGTERM when the supervisor is gone.

    The supervisor holds the other end of standard input and never writes to it: its end, however
    sudden, reads as the end of the file. Without `BULKHEAD_SUPERVISED=1` nothing is done, so that
    a process can also be started by hand.
    """
    if os.environ.get(SUPERVISED) == "1":
        threading.Thread(target=_end_with_parent, name="follow-parent", daemon=True).start()


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: no lock is held when the program ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)
