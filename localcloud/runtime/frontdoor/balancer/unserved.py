"""Why a target group has no target on this machine."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.off import is_without_tasks

if TYPE_CHECKING:
    from localcloud.runtime.api import AwsApi
    from localcloud.runtime.frontdoor.balancer.target_group import TargetGroup

NOT_ADDRESSES = {
    "i-": "an EC2 instance: nothing runs on it in the local cloud.",
    "arn:": "not an address: the local load balancer does not invoke functions or load balancers.",
}
"""Start of a target that cannot be connected to -> what it is."""
KEPT_SECONDS = 2.0
READ_SECONDS = 2.0
MOST_LISTED = 100
DESCRIBED_AT_ONCE = 10
"""DescribeServices takes at most so many."""


def unserved_kind(address: str) -> str:
    """Return what the target at *address* is, if there is nothing to connect to; else ''."""
    return next((what for start, what in NOT_ADDRESSES.items() if address.startswith(start)), "")


@dataclass
class UnservedReasons:
    """The reasons, read from the emulated AWS when a request finds no target."""

    aws: AwsApi
    _services: dict[str, str] = field(default_factory=dict)
    _until: float = 0
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, group: TargetGroup) -> str:
        """Return why *group* has no healthy target; '' if its targets should have been."""
        kinds = {address: unserved_kind(address) for address in group.targets}
        if kinds and all(kinds.values()):
            address, what = next(iter(kinds.items()))
            return f"The target {address.rpartition(':')[0]} is {what}"
        if group.targets:
            return ""
        async with self._reading:  # by one request for all
            if time.monotonic() >= self._until:
                self._until = time.monotonic() + KEPT_SECONDS  # also if it cannot be read
                async with asyncio.timeout(READ_SECONDS):
                    self._services = await self._read()
        return self._services.get(group.settings.arn, "")

    async def _read(self) -> dict[str, str]:
        """Return the reason of each ECS service without tasks, by its target groups."""
        found: dict[str, str] = {}
        for cluster in (await self.aws("ecs", "ListClusters"))["clusterArns"]:
            try:
                arns = (
                    await self.aws("ecs", "ListServices", cluster=cluster, maxResults=MOST_LISTED)
                )["serviceArns"]
                for start in range(0, len(arns), DESCRIBED_AT_ONCE):
                    some = arns[start : start + DESCRIBED_AT_ONCE]
                    answer = await self.aws(
                        "ecs", "DescribeServices", cluster=cluster, services=some
                    )
                    for service in answer["services"]:
                        found |= _reasons(service)
            except ClientError:  # the cluster is gone
                continue
        return found


def _reasons(service: dict) -> dict[str, str]:
    deployments = service.get("deployments") or [{}]
    reason = deployments[0].get("rolloutStateReason") or ""
    if not is_without_tasks(reason):
        return {}
    text = f"The ECS service {service['serviceName']} has no tasks. {reason}"
    return {
        one["targetGroupArn"]: text
        for one in service.get("loadBalancers", [])
        if "targetGroupArn" in one
    }
