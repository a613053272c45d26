"""Rules on workflows that fail half-way, or hang there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.rule import Level, Severity, rule
from policy.engine.states import is_saga, reached, states
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.states import State

STATE_MACHINE = "aws:sfn/stateMachine:StateMachine"

_LIMITS = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")


@rule(
    STATE_MACHINE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A saga whose step fails without compensation leaves an order paid and never sent.",
)
def saga_step_has_compensation(machine: Resource) -> Iterator[str]:
    """Every step of a saga must lead to a compensation when it fails."""
    if not is_saga(machine):
        return
    for state in reached(machine.document("definition")):
        covered = any(one.catches_all for one in (state, *state.around))
        if state.body.get("Type") == "Task" and not covered:
            yield (
                f"The step '{state.name}' of the saga '{machine.name}' must be compensated: add to"
                ' its Catch in definition an entry with ErrorEquals ["States.ALL"] and Next.'
            )


@rule(
    STATE_MACHINE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Retries without end or pause keep a service down that is about to recover.",
    params={"maxAttempts": 10, "minBackoffRate": 1},
)
def retry_bounded_with_backoff(machine: Resource) -> Iterator[str]:
    """Retries in state machines must be bounded, and must wait longer each time."""
    most, least = machine.params["maxAttempts"], machine.params["minBackoffRate"]
    for state in states(machine.document("definition")):
        for entry in as_list(state.body.get("Retry")):
            if not is_object(entry):
                continue
            attempts, rate = number(entry.get("MaxAttempts")), number(entry.get("BackoffRate"))
            if attempts is None or attempts > most or rate is None or rate < least:
                jitter = "" if "JitterStrategy" in entry else ', best with JitterStrategy "FULL"'
                yield (
                    f"A Retry of the state '{state.name}' of '{machine.name}' must be bounded: set"
                    f" MaxAttempts to {most:.0f} or less and BackoffRate to {least:.0f} or more in"
                    f" definition{jitter}."
                )


@rule(
    STATE_MACHINE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A call that fails for a moment ends the whole workflow, with all that it had done.",
)
def sfn_task_failure_handling(machine: Resource) -> Iterator[str]:
    """Tasks in state machines must be retried, or lead elsewhere when they fail."""
    for state in _tasks(machine):
        if not any(_handles(state.body.get(one)) for one in ("Retry", "Catch")):
            yield (
                f"The task '{state.name}' of '{machine.name}' must handle failures: add a Retry or"
                " a Catch to it in definition."
            )


def _handles(entries: Any) -> bool:
    return entries is UNKNOWN or any(one is UNKNOWN or is_object(one) for one in as_list(entries))


@rule(
    STATE_MACHINE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A task whose answer was lost keeps its workflow waiting for a year.",
)
def sfn_task_timeout(machine: Resource) -> Iterator[str]:
    """Tasks in state machines must not wait for ever."""
    for state in _tasks(machine):
        if all(is_missing(state.body.get(one)) for one in _LIMITS):
            yield (
                f"The task '{state.name}' of '{machine.name}' must not wait for ever: set"
                " TimeoutSeconds or HeartbeatSeconds of it in definition."
            )


def _tasks(machine: Resource) -> Iterator[State]:
    found = states(machine.document("definition"))
    return (one for one in found if one.body.get("Type") == "Task")
