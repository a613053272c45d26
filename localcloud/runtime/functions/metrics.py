"""`AWS/Lambda`: invocations of functions, and events that wait for them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from localcloud.measurements import MEASUREMENTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from localcloud.runtime.functions.definition import Definition
    from localcloud.runtime.functions.invocation import Outcome

NAMESPACE = "AWS/Lambda"


async def counted(
    definition: Definition, qualifier: str | None, run: Awaitable[Outcome]
) -> Outcome:
    """Count an invocation: Lambda reports 0 errors and 0 throttles with each that succeeds."""
    started = time.time()
    outcome = await run
    for dimensions in _sets(definition.name, qualifier):
        for name, value in (
            ("Invocations", 1.0),
            ("Errors", float(outcome.function_error is not None)),
            ("Throttles", 0.0),
        ):
            MEASUREMENTS.add(NAMESPACE, name, value, at=started, dimensions=dimensions)
        MEASUREMENTS.add(
            NAMESPACE,
            "Duration",
            round(outcome.seconds * 1000, 2),
            unit="Milliseconds",
            at=started,
            dimensions=dimensions,
        )
    return outcome


def throttled(name: str, qualifier: str | None) -> None:
    """Count an invocation that was rejected."""
    for dimensions in _sets(name, qualifier):
        MEASUREMENTS.add(NAMESPACE, "Throttles", dimensions=dimensions)


def concurrent(name: str, running: int, all_running: int) -> None:
    """Add the number of running invocations of a function, and of all functions."""
    of_function = {"FunctionName": name}
    MEASUREMENTS.add(NAMESPACE, "ConcurrentExecutions", float(running), dimensions=of_function)
    MEASUREMENTS.add(NAMESPACE, "ConcurrentExecutions", float(all_running))


def event(name: str, metric: str, value: float = 1.0, unit: str = "Count") -> None:
    """Add a value of the asynchronous invocations of a function."""
    MEASUREMENTS.add(NAMESPACE, metric, value, unit=unit, dimensions={"FunctionName": name})


def of_mapping(uuid: str, metric: str, value: float) -> None:
    """Add a value of an event source mapping."""
    MEASUREMENTS.add(NAMESPACE, metric, value, dimensions={"EventSourceMappingUUID": uuid})


def _sets(name: str, qualifier: str | None) -> tuple[Mapping[str, str], ...]:
    resource = name if qualifier is None else f"{name}:{qualifier}"
    return ({}, {"FunctionName": name}, {"FunctionName": name, "Resource": resource})
