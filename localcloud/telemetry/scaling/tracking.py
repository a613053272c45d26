"""Target tracking: the capacity that policies ask for.

Source: https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OUT_MINUTES, IN_MINUTES = 3, 15
"""Consecutive minutes of the two alarms of a policy of an ECS service."""
IN_SHARE = 0.9
"""Share of the target below which the alarm for scaling in rings."""
COOLDOWN_SECONDS = 300
"""Both cooldowns of an ECS service by default."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A target tracking policy."""

    arn: str
    name: str
    target: float
    scale_in: bool = True
    """Whether the policy may lower the capacity."""
    out_cooldown: float = COOLDOWN_SECONDS
    in_cooldown: float = COOLDOWN_SECONDS


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of a scalable target, and what is suspended on it."""

    minimum: int
    maximum: int
    out_suspended: bool = False
    in_suspended: bool = False


@dataclass(frozen=True, kw_only=True)
class LastChange:
    """The last change of a target's capacity by scaling."""

    seconds_ago: float = math.inf
    by: int = 0
    """Difference of capacity; negative after scaling in."""


@dataclass(frozen=True)
class Decision:
    """A capacity, and the policy that asks for it."""

    capacity: int
    policy: Policy


def asked(policy: Policy, values: Sequence[float | None], current: int) -> int | None:
    """Return the capacity for *values* of the last minutes, the newest first; None without data.

    A minute without data is None: it neither confirms nor refutes.
    """
    if not values or values[0] is None:
        return None
    newest = values[0]
    out, low = values[:OUT_MINUTES], values[:IN_MINUTES]
    needed = math.ceil(round(current * newest / policy.target, 6))
    if len(out) == OUT_MINUTES and all(one is not None and one > policy.target for one in out):
        return max(needed, current)
    bound = policy.target * IN_SHARE
    if len(low) == IN_MINUTES and all(one is not None and one < bound for one in low):
        return min(needed, current)
    return current


def decided(
    asking: Sequence[tuple[Policy, int | None]],
    current: int,
    limits: Limits,
    last: LastChange,
) -> Decision | None:
    """Return the change of the *current* capacity that policies ask for; None for none.

    The largest capacity wins. It falls only if every policy that may lower it asks for that.
    """
    within = [(policy, _clamped(wanted, limits)) for policy, wanted in asking if wanted is not None]
    grows = [one for one in within if one[1] > current]
    if grows:
        policy, capacity = max(grows, key=lambda one: one[1])
        cooling = last.by > 0 and last.seconds_ago < policy.out_cooldown
        larger = capacity - current > last.by
        allowed = not limits.out_suspended and (larger or not cooling)
        return Decision(capacity, policy) if allowed else None
    lowering = [one for one in asking if one[0].scale_in]
    shrinks = [one for one in within if one[0].scale_in and one[1] < current]
    if limits.in_suspended or not shrinks or len(shrinks) < len(lowering):
        return None
    policy, capacity = max(shrinks, key=lambda one: one[1])
    return None if last.seconds_ago < policy.in_cooldown else Decision(capacity, policy)


def _clamped(capacity: int, limits: Limits) -> int:
    return min(max(capacity, limits.minimum), limits.maximum)
