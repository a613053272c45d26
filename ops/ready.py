"""Waits until every service of the stack `local` answers."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ops import cloud
from ops.errors import CommandError

if TYPE_CHECKING:
    from localcloud.engine.progress import Progress
    from localcloud.layout import Layout

WAIT_SECONDS = 90.0
POLL_SECONDS = 0.3
LOG_LINES = 10
ANSWER_SECONDS = 5
BROKEN = (502, 503, 504)


def wait(layout: Layout, outputs: dict[str, Any], show: Progress) -> None:
    """Return when all services and endpoints answer; raise with the log of one that fails."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        found = cloud.services(layout, outputs)
        broken = [one for one in found if one.state in (cloud.FAILED, cloud.STOPPED)]
        waiting = [one for one in found if one.state != cloud.READY]
        if broken or (waiting and time.monotonic() > deadline):
            raise CommandError("\n".join(_about(one) for one in broken or waiting))
        silent = [] if waiting else _silent_endpoints(layout, outputs)
        if not waiting and not silent:
            return
        if time.monotonic() > deadline:
            raise CommandError(
                f"These endpoints do not answer after {WAIT_SECONDS:.0f} s: {', '.join(silent)}\n"
                "Their log: bulkhead logs frontdoor"
            )
        show(f"Waiting for {', '.join([one.name for one in waiting] or silent)}")
        time.sleep(POLL_SECONDS)


def last_lines(log: Path, count: int = LOG_LINES) -> list[str]:
    """Return the last *count* lines of a log; [] if the file does not exist."""
    try:
        return log.read_text(errors="replace").splitlines()[-count:] if count else []
    except FileNotFoundError:
        return []


def _about(one: cloud.Service) -> str:
    lines = [f"  {line}" for line in last_lines(Path(one.log))] if one.log else []
    title = f"The service {one.name} is not ready: {one.detail or one.state}."
    return "\n".join([title, *lines, f"Its log: bulkhead logs {one.name}"])


def _silent_endpoints(layout: Layout, outputs: dict[str, Any]) -> list[str]:
    """Return the names of endpoints that are not served, or answer with a gateway error."""
    found = cloud.endpoints(layout, outputs)
    wanted = {"shop": "shop_listener_arn", "api": "api_id"}
    expected = [name for name, output in wanted.items() if output in outputs]
    return [name for name in expected if name not in found or not _answers(found[name])]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError as error:
        return error.code not in BROKEN
    except OSError:
        return False
