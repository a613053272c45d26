"""Registers the tasks of a service as targets, and drains them before they stop."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from localcloud.runtime.tasks.cloud import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localcloud.runtime.tasks.cloud import Cloud
    from localcloud.runtime.tasks.task import Task

_LOG = logging.getLogger(__name__)

POLL_SECONDS = 0.05
FRONT_DOOR_UNREACHABLE_SECONDS = (
    10.0  # without a response for this long, the front door is taken to be down
)
APPLY_SECONDS = 20.0  # for the front door to apply a deregistration
RETRY_SECONDS = 0.5


class TargetHealth(StrEnum):
    """Health of a task in all its target groups."""

    WAITING = "waiting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True)
class LoadBalancerTarget:
    """A container port that is registered in a target group."""

    group: str
    container: str
    port: int


def load_balancer_targets(service: Mapping[str, Any]) -> tuple[LoadBalancerTarget, ...]:
    """Return the `loadBalancers` of a service in a response of DescribeServices."""
    return tuple(
        LoadBalancerTarget(one["targetGroupArn"], one["containerName"], int(one["containerPort"]))
        for one in service.get("loadBalancers") or []
        if one.get("targetGroupArn")
    )


def target_health(
    bound: Sequence[LoadBalancerTarget],
    task: Task,
    targets: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> tuple[TargetHealth, str]:
    """Return the health of *task*, and the reason if it is unhealthy."""
    states: list[str] = []
    for one in bound:
        address = task.address(one.container, one.port)
        found = targets.get(one.group, {}).get(address or "", {})
        states.append(found.get("state", "initial"))
        if states[-1] == "unhealthy":
            return TargetHealth.UNHEALTHY, found.get("reason", "")
    healthy = all(state == "healthy" for state in states)
    return (TargetHealth.HEALTHY if healthy else TargetHealth.WAITING), ""


class TargetRegistration:
    """Registers and drains the targets of one service."""

    def __init__(self, cloud: Cloud) -> None:
        """Register targets through *cloud*."""
        self._cloud = cloud

    async def deregister_stale(
        self, bound: Sequence[LoadBalancerTarget], own: Sequence[Task]
    ) -> None:
        """Deregister the targets of tasks of a previous run."""
        for one in bound:
            known = {task.address(one.container, one.port) for task in own}
            for address in await self._cloud.registered(one.group):
                if address not in known:
                    await self._cloud.deregister(one.group, address)

    async def register(self, bound: Sequence[LoadBalancerTarget], task: Task) -> None:
        """Register *task*; retry until the control plane responds or the task stops."""
        for one in bound:
            address = task.address(one.container, one.port)
            while address and not task.stopping:
                try:
                    await self._cloud.register(one.group, address)
                    break
                except UNREACHABLE as error:
                    _LOG.warning("target %s is not registered yet: %r", address, error)
                    await asyncio.sleep(RETRY_SECONDS)

    async def deregister(self, bound: Sequence[LoadBalancerTarget], task: Task) -> None:
        """Deregister *task*, and wait for its requests in flight or the deregistration delay."""
        waits = [
            self._drain(one.group, address)
            for one in bound
            if (address := task.address(one.container, one.port))
        ]
        await asyncio.gather(*waits)

    async def _drain(self, group: str, address: str) -> None:
        try:
            delay = await self._cloud.deregistration_delay(group)
            await self._cloud.deregister(group, address)
        except UNREACHABLE as error:
            _LOG.warning("target %s cannot be deregistered: %r", address, error)
            return
        loop = asyncio.get_running_loop()
        began = answered = loop.time()
        while True:
            targets = await self._cloud.targets()
            now = loop.time()
            if targets is not None:
                answered = now
                state = targets.get(group, {}).get(address)
                if state is None or (state["state"] == "draining" and not state["inFlight"]):
                    return
                if state["state"] == "draining" and now - began >= delay:
                    _LOG.warning("target %s: requests did not end within %g s", address, delay)
                    return
            if (
                now - answered >= FRONT_DOOR_UNREACHABLE_SECONDS
                or now - began >= delay + APPLY_SECONDS
            ):
                _LOG.warning(
                    "target %s: the front door did not confirm the deregistration", address
                )
                return
            await asyncio.sleep(POLL_SECONDS)
