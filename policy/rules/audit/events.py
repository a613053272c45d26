"""Rules on who hears of changes to the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.audit import API_CALL, EVENT_RULE, EVENT_TARGET, hears, is_on, targets
from policy.engine.rule import Finding, Level, Severity, stack_rule
from policy.engine.values import UNKNOWN, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

TRAIL = "aws:cloudtrail/trail:Trail"


@stack_rule(
    TRAIL,
    EVENT_RULE,
    EVENT_TARGET,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A change made by hand is undone soon only if something hears of it.",
)
def mutating_calls_event_rule(stack: Stack) -> Iterator[Finding]:
    """Trails must have a rule that reacts to the calls they record."""
    if any(_reacts(stack, rule) for rule in stack.of(EVENT_RULE)):
        return
    for trail in stack.of(TRAIL)[:1]:
        text = (
            f"The trail '{trail.name}' must have something that reacts: add an EventRule on the"
            f' default bus with the detail-type "{API_CALL}" in event_pattern, and an EventTarget.'
        )
        yield Finding(text, trail.urn)


def _reacts(stack: Stack, rule: Resource) -> bool:
    bus = rule.get("eventBusName")
    on_default = is_missing(bus) or bus in ("default", UNKNOWN)
    return on_default and is_on(rule) and hears(rule, API_CALL) and bool(targets(stack, rule))
