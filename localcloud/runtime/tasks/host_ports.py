"""Host ports of tasks."""

from __future__ import annotations

import socket

from localcloud.ports import CHOICES, HOST

_handed_out: list[int] = []
_REMEMBERED = 512  # a released port may still be a registered target


def free_port() -> int:
    """Return a free port that was not returned recently."""
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = probe.getsockname()[1]
        if port not in CHOICES and port not in _handed_out:
            _handed_out.append(port)
            del _handed_out[:-_REMEMBERED]
            return port
