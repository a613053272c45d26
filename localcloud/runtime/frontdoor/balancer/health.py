"""Health checks of targets."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from localcloud.runtime.frontdoor.balancer.target_group import TargetState
from localcloud.runtime.frontdoor.balancer.unserved import unserved_kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.runtime.frontdoor.balancer.target_group import (
        Target,
        TargetGroup,
        TargetGroupSettings,
    )

_LOG = logging.getLogger(__name__)

INITIAL_INTERVAL_SECONDS = 0.1
"""Interval of health checks until a new target first responds, so that it starts quickly."""


def accepts(matcher: str, status: int) -> bool:
    """Return whether *status* is among the codes of a matcher such as `200,202` or `200-299`."""
    for part in matcher.split(","):
        low, _, high = part.strip().partition("-")
        if int(low) <= status <= int(high or low):
            return True
    return False


class Prober:
    """Runs health checks, one task per target, and updates the states of targets."""

    def __init__(self, http: aiohttp.ClientSession, changed: Callable[[], None]) -> None:
        """Send requests over *http*; call *changed* when a state changes."""
        self._http = http
        self._changed = changed
        self._tasks: dict[Target, asyncio.Task[None]] = {}

    def begin(self, target_group: TargetGroup, target: Target) -> None:
        """Check *target* until it is deregistered from *target_group*."""
        task = asyncio.create_task(
            self._keep_probing(target_group, target), name=f"probe {target.address}"
        )
        self._tasks[target] = task
        task.add_done_callback(lambda _: self._tasks.pop(target, None))

    async def close(self) -> None:
        """Stop all health checks."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_probing(self, target_group: TargetGroup, target: Target) -> None:
        loop = asyncio.get_running_loop()
        counted_at = loop.time()
        while (
            target_group.targets.get(target.address) is target
            and target.state is not TargetState.DRAINING
        ):
            settings = target_group.settings
            if not settings.check_enabled:
                self._set_state(target_group, target, TargetState.HEALTHY, "")
                await asyncio.sleep(settings.interval_seconds)
                continue
            failure = await self._failure(settings, target)
            if target.state is TargetState.DRAINING:
                return
            now = loop.time()
            starting = (
                target.state is TargetState.INITIAL and now - counted_at < settings.interval_seconds
            )
            if failure is None or not starting:
                counted_at = now
                self._count(target_group, target, failure)
            waiting = target.state is TargetState.INITIAL
            await asyncio.sleep(INITIAL_INTERVAL_SECONDS if waiting else settings.interval_seconds)

    def _count(self, target_group: TargetGroup, target: Target, failure: str | None) -> None:
        settings = target_group.settings
        if failure is None:
            target.successes, target.failures = target.successes + 1, 0
            enough = 1 if target.state is TargetState.INITIAL else settings.healthy_threshold
            if target.successes >= enough:
                self._set_state(target_group, target, TargetState.HEALTHY, "")
        else:
            target.successes, target.failures = 0, target.failures + 1
            if target.failures >= settings.unhealthy_threshold:
                self._set_state(target_group, target, TargetState.UNHEALTHY, failure)

    def _set_state(
        self, target_group: TargetGroup, target: Target, state: TargetState, reason: str
    ) -> None:
        if target.state is not state:
            _LOG.info(
                "%s: target %s is %s %s", target_group.settings.name, target.address, state, reason
            )
            target_group.set_state(target, state, reason)
            self._changed()

    async def _failure(self, settings: TargetGroupSettings, target: Target) -> str | None:
        """Return why the check failed, in the load balancer's words; None if it succeeded."""
        address = target.address
        if unserved_kind(address):
            return "Target.FailedHealthChecks"
        if settings.check_port.isdigit():
            address = f"{address.rpartition(':')[0]}:{settings.check_port}"
        if settings.check_protocol == "TCP":
            return await _unreachable(address, settings.timeout_seconds)
        url = URL(f"http://{address}{settings.check_path}", encoded=True)
        limit = aiohttp.ClientTimeout(total=settings.timeout_seconds)
        headers = {"User-Agent": "ELB-HealthChecker/2.0", "Connection": "close"}
        try:
            async with self._http.get(
                url, headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                if accepts(settings.matcher, response.status):
                    return None
                return f"Target.ResponseCodeMismatch: {response.status}"
        except TimeoutError:
            return "Target.Timeout"
        except (aiohttp.ClientError, OSError):
            return "Target.FailedHealthChecks"


async def _unreachable(address: str, seconds: float) -> str | None:
    """Return why no connection to *address* can be opened; None if it can."""
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(host, int(port))
    except TimeoutError:
        return "Target.Timeout"
    except OSError:
        return "Target.FailedHealthChecks"
    writer.close()
    return None
