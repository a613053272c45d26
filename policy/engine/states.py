"""States of Amazon States Language definitions, including nested ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy.engine.values import as_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

_DEPTH = 20
"""Maximum depth of nested Parallel and Map states; AWS's size limit is reached earlier."""


@dataclass(frozen=True)
class State:
    """A state, with its enclosing Parallel and Map states."""

    name: str
    body: dict[str, Any]
    machine: dict[str, Any]
    """The definition, branch or item processor that contains the state."""
    enclosing: tuple[State, ...] = ()

    @property
    def catches_all(self) -> bool:
        """Return whether a Catch handles every error."""
        others = self.machine.get("States")
        return any(
            is_object(one)
            and "States.ALL" in as_list(one.get("ErrorEquals"))
            and one.get("Next") != self.name
            and is_object(others)
            and one.get("Next") in list(others)  # which may be asked for what no key can be
            for one in as_list(self.body.get("Catch"))
        )


def states(definition: Any, enclosing: tuple[State, ...] = ()) -> Iterator[State]:
    """Yield every state of *definition*, including those in Parallel and Map states."""
    for state in _direct_states(definition, enclosing):
        yield state
        for inner in _nested_definitions(state.body):
            yield from states(inner, (*enclosing, state)) if len(enclosing) < _DEPTH else ()


def reachable_states(definition: Any, enclosing: tuple[State, ...] = ()) -> Iterator[State]:
    """Yield the states reachable from StartAt without a Catch, including nested ones."""
    own = {state.name: state for state in _direct_states(definition, enclosing)}
    waiting = [definition.get("StartAt")] if is_object(definition) else []
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if not isinstance(name, str) or name in seen or name not in own:
            continue
        seen.add(name)
        state = own[name]
        yield state
        for inner in _nested_definitions(state.body):
            yield from (
                reachable_states(inner, (*enclosing, state)) if len(enclosing) < _DEPTH else ()
            )
        choices = [one for one in as_list(state.body.get("Choices")) if is_object(one)]
        waiting += [state.body.get("Next"), state.body.get("Default")]
        waiting += [one.get("Next") for one in choices]


def is_saga(machine: Resource) -> bool:
    """Return whether a state machine is a saga, by its purpose tag or its comment."""
    definition = machine.document("definition")
    comment = definition.get("Comment") if is_object(definition) else None
    purpose = machine.tag(machine.settings.purpose_tag)
    return purpose == "saga" or (isinstance(comment, str) and "saga" in comment.lower())


def _direct_states(definition: Any, enclosing: tuple[State, ...]) -> Iterator[State]:
    if is_object(definition) and is_object(own := definition.get("States")):
        for name, body in own.items():
            if is_object(body):
                yield State(name, body, definition, enclosing)


def _nested_definitions(body: dict[str, Any]) -> Iterator[Any]:
    """Yield the branches of a Parallel state, or the item processor of a Map state."""
    yield from as_list(body.get("Branches"))
    yield from (body[key] for key in ("ItemProcessor", "Iterator") if key in body)
