"""Waits until everything that is deployed to the local cloud answers."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.log_lines import failure_lines
from localcloud.off import NotRunningServices
from ops import cloud, deployed, initialization
from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.engine.progress import Progress
    from localcloud.layout import Layout
    from ops.deployed import Resource, Workload

WAIT_SECONDS = 90.0
POLL_SECONDS = 0.3
CONCURRENT_STARTS = 4
ANSWER_SECONDS = 5
BROKEN = (502, 503, 504)


def wait(layout: Layout, found: Mapping[str, Resource], show: Progress) -> None:
    """Start every function once, and return when all services and endpoints answer.

    Services that do not run on this machine are not waited for.

    Raises CommandError with the last lines of the log of each service that fails.
    """
    show("Starting every function once")
    not_running = NotRunningServices(layout)()
    functions = [
        one
        for one in deployed.workloads(found)
        if one.kind == deployed.LAMBDA and one.service not in not_running
    ]
    unknown = functions
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        unknown = _start(layout, unknown)
        names = {one.name for one in unknown}
        states = [
            replace(one, state=cloud.STARTING, detail="its init phase has no result yet")
            if one.name in names and one.state == cloud.READY
            else one
            for one in cloud.services(layout, found)
        ]
        broken = [one for one in states if one.state in (cloud.FAILED, cloud.MISSING)]
        waiting = [one for one in states if one.state not in cloud.SETTLED]
        if broken or (waiting and time.monotonic() > deadline):
            raise CommandError("\n".join(_about(one) for one in broken or waiting))
        silent = [] if waiting else _silent_endpoints(layout, found)
        if not waiting and not silent:
            return
        if time.monotonic() > deadline:
            raise CommandError(
                f"These endpoints do not answer after {WAIT_SECONDS:.0f} s: {', '.join(silent)}\n"
                "Their log: bulkhead logs frontdoor"
            )
        show(f"Waiting for {', '.join([one.name for one in waiting] or silent)}")
        time.sleep(POLL_SECONDS)


def _start(layout: Layout, functions: list[Workload]) -> list[Workload]:
    """Run the init phase of *functions*; return those of which no result is known.

    That is so while the supervisor restarts the workers. The results are in the functions' states.
    """
    with ThreadPoolExecutor(CONCURRENT_STARTS) as threads:
        results = list(
            threads.map(partial(initialization.run, layout), [one.id for one in functions])
        )
    return [
        one
        for one, result in zip(functions, results, strict=True)
        if not result.succeeded and result.error is None
    ]


def _about(one: cloud.Service) -> str:
    lines = [f"  {line}" for line in failure_lines(Path(one.log))] if one.log else []
    title = f"The service {one.name} is not ready: {one.detail or one.state}."
    log = [f"Its log: bulkhead logs {one.name}"] if one.log else []
    return "\n".join([title, *lines, *log])


def _silent_endpoints(layout: Layout, found: Mapping[str, Resource]) -> list[str]:
    """Return the names of endpoints that are not served, or answer with a gateway error."""
    urls = cloud.endpoints(layout, found)
    known = cloud.function_urls(layout, found)  # a request would run the function
    return [name for name, url in urls.items() if not url or not (name in known or _answers(url))]


def _answers(url: str) -> bool:
    if url.startswith("tcp:"):  # a network load balancer: there may be nothing to ask
        return True
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError as error:
        return error.code not in BROKEN
    except OSError:
        return False
