"""`AWS/Events`: events put on buses, rules that match, and invocations of their targets.

Rules of the default bus are reported by RuleName, those of others also by EventBusName; each metric
is reported for the whole account as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.measurements import MEASUREMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMESPACE = "AWS/Events"
DEFAULT_BUS = "default"


def put(answers: Sequence[dict[str, Any]]) -> None:
    """Count a call of PutEvents by the answers to its entries."""
    refused = sum("ErrorCode" in answer for answer in answers)
    MEASUREMENTS.add(NAMESPACE, "PutEventsApproximateCallCount")
    MEASUREMENTS.add(NAMESPACE, "PutEventsEntriesCount", float(len(answers)))
    if refused:
        MEASUREMENTS.add(NAMESPACE, "PutEventsFailedEntriesCount", float(refused))


def matched(rule: Any) -> None:
    """Count an event that matched the pattern of *rule*."""
    _add(rule, "MatchedEvents", account=True)


def triggered(rule: Any) -> None:
    """Count a run of *rule*, by an event or by its schedule, and its invocations."""
    _add(rule, "TriggeredRules", account=True)
    if rule.targets:
        MEASUREMENTS.add(NAMESPACE, "InvocationsCreated", float(len(rule.targets)))


def attempted(rule: Any, *, retry: bool) -> None:
    """Count an attempt to invoke a target."""
    _add(rule, "InvocationAttempts", account=True)
    if retry:
        _add(rule, "RetryInvocationAttempts")


def succeeded(rule: Any) -> None:
    """Count an attempt that succeeded, and so an invocation."""
    _add(rule, "SuccessfulInvocationAttempts", account=True)
    _add(rule, "Invocations", account=True)


def failed(rule: Any) -> None:
    """Count an invocation that failed for good."""
    _add(rule, "FailedInvocations")
    _add(rule, "Invocations", account=True)


def to_dead_letters(rule: Any, *, sent: bool) -> None:
    """Count an event that went to the dead letters of a target, or could not."""
    _add(rule, "InvocationsSentToDlq" if sent else "InvocationsFailedToBeSentToDlq")


def _add(rule: Any, name: str, *, account: bool = False) -> None:
    dimensions = {"RuleName": rule.name}
    if rule.event_bus_name != DEFAULT_BUS:
        dimensions["EventBusName"] = rule.event_bus_name
    MEASUREMENTS.add(NAMESPACE, name, dimensions=dimensions)
    if account:
        MEASUREMENTS.add(NAMESPACE, name)
