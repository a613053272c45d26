"""Ports on 127.0.0.1: assigned by name at first use, and kept.

The cache has a file for each assigned port, which names the environment. Without it, one that is
down would lose its port to the next environment that is created.
"""

from __future__ import annotations

import json
import random
import socket
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from localcloud.user_cache import base

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
        known = _read(layout.ports)
        if name not in known:
            with ExitStack() as stack:
                register = _register(stack)
                port = known[name] = _free(layout.ports, register)
                _write(layout, known)
                with suppress(OSError):
                    (register / str(port)).write_text(str(layout.ports.resolve()))
        return known[name]


def release(layout: Layout, name: str) -> None:
    """Release the port assigned to *name*."""
    with FileLock(layout.ports.with_suffix(".lock")):
        known = _read(layout.ports)
        if known.pop(name, None) is not None:
            _write(layout, known)


def taken(layout: Layout) -> dict[str, int]:
    """Return the assigned ports, by name, that accept connections."""
    return {name: port for name, port in _read(layout.ports).items() if is_listening(port)}


def is_listening(port: int) -> bool:
    """Say whether *port* accepts connections."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def _register(stack: ExitStack) -> Path:
    """Return the folder of assigned ports, locked until *stack* ends if it can be written."""
    register = base() / "ports"
    with suppress(OSError):
        register.mkdir(parents=True, exist_ok=True)
        stack.enter_context(FileLock(register / "lock"))
    return register


def _free(owner: Path, register: Path) -> int:
    own = set(_read(owner).values())
    choices = [port for port in random.sample(CHOICES, k=len(CHOICES)) if port not in own]
    free = (port for port in choices if not _is_assigned(port, register) and _can_bind(port))
    # Rather one of an environment that is down than none.
    port = next(free, None) or next(filter(_can_bind, choices), None)
    if port is None:
        raise OSError(f"no port from {CHOICES.start} to {CHOICES.stop - 1} on {HOST} is free")
    return port


def _is_assigned(port: int, register: Path) -> bool:
    try:
        owner = Path((register / str(port)).read_text())
        return port in _read(owner).values()
    except (OSError, ValueError):
        return False


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _read(ports: Path) -> dict[str, int]:
    try:
        return json.loads(ports.read_text())
    except FileNotFoundError:
        return {}


def _write(layout: Layout, known: dict[str, int]) -> None:
    temporary = layout.ports.with_suffix(".tmp")
    temporary.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
    temporary.replace(layout.ports)
