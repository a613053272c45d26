"""Ports on 127.0.0.1: assigned by name at first use, and kept."""

from __future__ import annotations

import json
import random
import socket
from typing import TYPE_CHECKING

from filelock import FileLock

if TYPE_CHECKING:
    from localcloud.layout import Layout

HOST = "127.0.0.1"
CHOICES = range(20_000, 32_000)  # below the ephemeral port range


def claim(layout: Layout, name: str) -> int:
    """Return the port assigned to *name*; assign a free one at first use.

    Another program may use the port by now: binding it shows that.
    """
    layout.home.mkdir(parents=True, exist_ok=True)
    with FileLock(layout.ports.with_suffix(".lock")):
        known = _read(layout)
        if name not in known:
            known[name] = _free(taken=set(known.values()))
            _write(layout, known)
        return known[name]


def release(layout: Layout, name: str) -> None:
    """Release the port assigned to *name*."""
    with FileLock(layout.ports.with_suffix(".lock")):
        known = _read(layout)
        if known.pop(name, None) is not None:
            _write(layout, known)


def taken(layout: Layout) -> dict[str, int]:
    """Return the assigned ports, by name, that accept connections."""
    return {name: port for name, port in _read(layout).items() if is_listening(port)}


def is_listening(port: int) -> bool:
    """Say whether *port* accepts connections."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def _free(taken: set[int]) -> int:
    for port in random.sample(CHOICES, k=len(CHOICES)):
        if port not in taken and _can_bind(port):
            return port
    raise OSError(f"no port from {CHOICES.start} to {CHOICES.stop - 1} on {HOST} is free")


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _read(layout: Layout) -> dict[str, int]:
    try:
        return json.loads(layout.ports.read_text())
    except FileNotFoundError:
        return {}


def _write(layout: Layout, known: dict[str, int]) -> None:
    temporary = layout.ports.with_suffix(".tmp")
    temporary.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
    temporary.replace(layout.ports)
