"""Listener rules in the order of their priorities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.runtime.frontdoor.balancer.actions import action
from localcloud.runtime.frontdoor.balancer.conditions import condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from localcloud.runtime.frontdoor.balancer.actions import Action
    from localcloud.runtime.frontdoor.balancer.conditions import Condition
    from localcloud.runtime.frontdoor.balancer.request_view import RequestView

LAST = 1_000_000  # for the default rule: after all priorities (1 to 50,000)


@dataclass(frozen=True)
class Rule:
    """Actions for requests that match all conditions."""

    priority: int
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]

    def matches(self, request: RequestView) -> bool:
        """Return whether the request matches all conditions."""
        return all(holds(request) for holds in self.conditions)


def rules(described: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Return the rules of a response of DescribeRules, ordered by priority."""
    return tuple(sorted((_rule(one) for one in described), key=lambda rule: rule.priority))


def matching_rule(candidates: Sequence[Rule], request: RequestView) -> Rule | None:
    """Return the first rule that matches *request*."""
    return next((rule for rule in candidates if rule.matches(request)), None)


def _rule(described: Mapping[str, Any]) -> Rule:
    default = described.get("IsDefault") or described["Priority"] == "default"
    ordered = sorted(described["Actions"], key=lambda one: one.get("Order") or 0)
    return Rule(
        priority=LAST if default else int(described["Priority"]),
        conditions=tuple(condition(one) for one in described.get("Conditions") or []),
        actions=tuple(action(one) for one in ordered),
    )
