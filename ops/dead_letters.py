"""The dead letters of an environment: messages that their consumers could not handle."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from ops import queue_letters, stream_letters
from ops.clients import client
from ops.environment import LOCAL
from ops.errors import CommandError
from ops.settings_copy import known_environments, require_known

if TYPE_CHECKING:
    from localcloud.layout import Layout
    from ops.letters import DeadLetters

EnvironmentOption = Annotated[
    str, typer.Option("--env", help="The environment; others need credentials of its account.")
]
NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The consumer, as bulkhead dead-letters list shows.")
]

SAMPLE = 50
SECRET = re.compile(r"passw|secret|token|authorization|credential|api[-_]?key", re.IGNORECASE)


def of_environment(layout: Layout, environment: str) -> list[DeadLetters]:
    """Return the dead letters of each consumer, by name; raises CommandError."""
    require_known(environment, known_environments())
    of_service = partial(client, layout, environment)
    found: list[DeadLetters] = [
        *queue_letters.of_environment(of_service, environment),
        *stream_letters.of_environment(of_service("s3"), of_service("lambda"), environment),
    ]
    return sorted(found, key=lambda one: one.name)


def find(layout: Layout, environment: str, name: str) -> DeadLetters:
    """Return the dead letters of the consumer *name*; raises CommandError."""
    known = {one.name: one for one in of_environment(layout, environment)}
    if name not in known:
        raise CommandError(
            f"There is no consumer {name!r} in {environment}. Write one of:"
            f" {', '.join(known) or 'none is deployed there'}"
        )
    return known[name]


def option(environment: str) -> str:
    """Return the option for *environment*; '' for the default."""
    return "" if environment == LOCAL else f" --env {environment}"


def number(count: int) -> str:
    """Return *count* of dead letters, in words."""
    return "1 dead letter" if count == 1 else f"{count} dead letters"


def shown(body: str) -> str:
    """Return *body* for a terminal: JSON with indentation, without the values of secrets."""
    try:
        return json.dumps(_masked(json.loads(body)), indent=2, ensure_ascii=False)
    except ValueError:
        return body


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {k: "***" if SECRET.search(k) else _masked(v) for k, v in fields.items()}
    if isinstance(value, list):
        return [_masked(one) for one in cast("list[Any]", value)]
    return value
