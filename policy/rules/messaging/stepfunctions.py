"""Rules on the definitions of state machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.rule import Level, Severity, rule
from policy.engine.states import states
from policy.engine.values import UNKNOWN, as_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

STATE_MACHINE = "aws:sfn/stateMachine:StateMachine"


@rule(
    STATE_MACHINE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A misspelt state is noticed in the middle of an update, or when something first fails.",
)
def sfn_definition_parses(machine: Resource) -> Iterator[str]:
    """Definitions of state machines must be JSON whose states lead to states that exist."""
    definition = machine.document("definition")
    if definition is UNKNOWN:
        return
    if not is_object(definition):
        yield (
            f"The state machine '{machine.name}' must have a definition that parses: set definition"
            ' to the JSON text of an object with "StartAt" and "States".'
        )
        return
    for key, target in _dangling(definition):
        named = f", not '{target}'" if isinstance(target, str) else ""
        yield (
            f"{key} in the state machine '{machine.name}' must lead to a state that exists: write"
            f" in definition the name of one of the States beside it{named}."
        )


def _dangling(definition: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the keys that lead nowhere, and where they lead."""
    inner = list(states(definition))
    machines = {id(one): one for one in (definition, *(state.machine for state in inner))}
    for one in machines.values():
        if not _is_in(one, one.get("StartAt")):
            yield "StartAt", one.get("StartAt")
    for state in inner:
        for key, target in _targets(state.body):
            if not _is_in(state.machine, target):
                yield key, target


def _targets(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key in ("Next", "Default"):
        if body.get(key) is not None:
            yield key, body[key]
    for key in ("Choices", "Catch"):
        for one in as_list(body.get(key)):
            if is_object(one):
                yield f"Next of {key}", one.get("Next")


def _is_in(machine: dict[str, Any], name: Any) -> bool:
    own = machine.get("States")
    if name is UNKNOWN or own is UNKNOWN:
        return True
    return isinstance(name, str) and is_object(own) and name in own
