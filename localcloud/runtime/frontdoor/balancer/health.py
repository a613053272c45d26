"""Probing targets."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from localcloud.runtime.frontdoor.balancer.target_group import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.runtime.frontdoor.balancer.target_group import GroupSettings, Pool, Target

_LOG = logging.getLogger(__name__)

FIRST_PROBES_SECONDS = 0.1
"""How often a new target is probed until it first answers: waiting for the group's interval would
only make starts slow."""


def accepts(matcher: str, status: int) -> bool:
    """Say whether *status* is among the codes of a matcher such as `200,202` or `200-299`."""
    for part in matcher.split(","):
        low, _, high = part.strip().partition("-")
        if int(low) <= status <= int(high or low):
            return True
    return False


class Prober:
    """Keeps the states of targets true, one task for each target."""

    def __init__(self, http: aiohttp.ClientSession, changed: Callable[[], None]) -> None:
        """Probe over *http*; call *changed* whenever a state is another."""
        self._http = http
        self._changed = changed
        self._tasks: dict[Target, asyncio.Task[None]] = {}

    def begin(self, pool: Pool, target: Target) -> None:
        """Probe *target* from now on, until it is no target of *pool* any more."""
        task = asyncio.create_task(self._keep_probing(pool, target), name=f"probe {target.address}")
        self._tasks[target] = task
        task.add_done_callback(lambda _: self._tasks.pop(target, None))

    async def close(self) -> None:
        """End all probes."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_probing(self, pool: Pool, target: Target) -> None:
        loop = asyncio.get_running_loop()
        counted_at = loop.time()
        while pool.targets.get(target.address) is target and target.state is not State.DRAINING:
            settings = pool.settings
            if not settings.check_enabled:
                self._become(pool, target, State.HEALTHY, "")
                await asyncio.sleep(settings.interval_seconds)
                continue
            failure = await self._failure(settings, target)
            if target.state is State.DRAINING:
                return
            now = loop.time()
            starting = (
                target.state is State.INITIAL and now - counted_at < settings.interval_seconds
            )
            if failure is None or not starting:
                counted_at = now
                self._count(pool, target, failure)
            waiting = target.state is State.INITIAL
            await asyncio.sleep(FIRST_PROBES_SECONDS if waiting else settings.interval_seconds)

    def _count(self, pool: Pool, target: Target, failure: str | None) -> None:
        settings = pool.settings
        if failure is None:
            target.successes, target.failures = target.successes + 1, 0
            enough = 1 if target.state is State.INITIAL else settings.healthy_threshold
            if target.successes >= enough:
                self._become(pool, target, State.HEALTHY, "")
        else:
            target.successes, target.failures = 0, target.failures + 1
            if target.failures >= settings.unhealthy_threshold:
                self._become(pool, target, State.UNHEALTHY, failure)

    def _become(self, pool: Pool, target: Target, state: State, reason: str) -> None:
        if target.state is not state:
            _LOG.info("%s: target %s is %s %s", pool.settings.name, target.address, state, reason)
            pool.set_state(target, state, reason)
            self._changed()

    async def _failure(self, settings: GroupSettings, target: Target) -> str | None:
        """Return why the probe failed, as the load balancer says it, or None."""
        address = target.address
        if settings.check_port.isdigit():
            address = f"{address.rpartition(':')[0]}:{settings.check_port}"
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
