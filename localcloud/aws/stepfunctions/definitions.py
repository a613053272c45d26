"""Which definitions of state machines run locally: those of jobs.

A job is a sequence of tasks that run an ECS task, invoke a function or send a message, with
timeouts, retries and catches, and that may end in a failure.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RUN_TASK = "arn:aws:states:::ecs:runTask.sync"
INVOKE = "arn:aws:states:::lambda:invoke"
SEND = "arn:aws:states:::sqs:sendMessage"
RESOURCES = (RUN_TASK, INVOKE, SEND)
WHOLE = frozenset({"Comment", "StartAt", "States", "QueryLanguage", "Version"})
TASK = frozenset(
    {
        "Type", "Comment", "Resource", "Parameters", "ResultPath", "TimeoutSeconds", "Retry",
        "Catch", "Next", "End",
    }
)  # fmt: skip
FAIL = frozenset({"Type", "Comment", "Error", "Cause"})
FIELDS = {"Task": TASK, "Fail": FAIL, "Succeed": frozenset({"Type", "Comment"})}
PATH = re.compile(r"\$\$?(\.\w+)*")
RETRIER = frozenset({"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "Comment"})
CATCHER = frozenset({"ErrorEquals", "Next", "ResultPath", "Comment"})


def problem(text: str) -> str | None:
    """Return why Step Functions refuses a definition; None if it accepts it."""
    try:
        found = json.loads(text)
    except ValueError as error:
        return f"INVALID_JSON_DESCRIPTION: {error}"
    states = found.get("States") if isinstance(found, dict) else None
    if not isinstance(states, dict) or not states:
        return "SCHEMA_VALIDATION_FAILED: States must be an object with at least one state"
    for where, target in _transitions(found, states):
        if target not in states:
            return f"MISSING_TRANSITION_TARGET: Missing '{where}' target: {target} at /{where}"
    return None


def _transitions(found: Mapping[str, Any], states: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "StartAt", found.get("StartAt")
    for name, state in states.items():
        if not isinstance(state, dict):
            yield f"States/{name}", None
            continue
        ends = state.get("End") is True or state.get("Type") in {"Fail", "Succeed", "Choice"}
        if "Next" in state or not ends:
            yield f"States/{name}/Next", state.get("Next")
        for catcher in state.get("Catch") or ():
            yield f"States/{name}/Catch/Next", catcher.get("Next")


def unsupported(text: str, kind: str = "STANDARD") -> str | None:
    """Return what of a valid definition the local cloud does not run, for a message."""
    found = json.loads(text)
    if kind != "STANDARD":
        return f"state machines of type {kind}"
    if further := found.keys() - WHOLE:
        return f"{min(further)} of a state machine"
    if found.get("QueryLanguage", "JSONPath") != "JSONPath":
        return f"the query language {found['QueryLanguage']}"
    return next(filter(None, (_of_state(*item) for item in found["States"].items())), None)


def _of_state(name: str, state: Mapping[str, Any]) -> str | None:
    fields = FIELDS.get(state.get("Type", ""))
    if fields is None:
        return f"the state {name!r} of type {state.get('Type')}"
    if state["Type"] == "Task" and state.get("Resource") not in RESOURCES:
        return f"the resource {state.get('Resource')} of the state {name!r}"
    inner = (("Retry", RETRIER), ("Catch", CATCHER))
    further = state.keys() - fields
    for field, known in inner:
        for one in state.get(field) or ():
            further |= one.keys() - known
    if further:
        return f"{min(further)} of the state {name!r}"
    paths = [path for path in _paths(state.get("Parameters")) if not PATH.fullmatch(str(path))]
    return f"{paths[0]!r} in the parameters of the state {name!r}" if paths else None


def _paths(value: Any) -> Iterator[Any]:
    """Yield the values of members whose name ends in `.$`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.endswith(".$"):
                yield inner
            else:
                yield from _paths(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner)
