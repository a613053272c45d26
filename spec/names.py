"""Limits of the AWS names that are derived from the names in a description."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.service import ServiceSpec

# Pulumi.yaml says how names are made: for a role "<environment>-<name>-a1b2c3", for example, and
# an environment's name has up to 12 characters.
MAX_PROCESS = 31  # the role "<service>-<process>-task-starter" has 64
MAX_SCHEDULE = 31  # the role "<service>-<schedule>-invokes-role" has 64
MAX_JOB = 27  # the role "<service>-<job>-job-task-starter" has 64
MAX_ROTATION = 26  # the function "<service>-<secret>-rotation-function" has 64
MAX_QUEUE = 38  # the queue "bulkhead-<environment>-<service>-<event>-dead-letters" has 80


def too_long(spec: ServiceSpec) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Yield each field whose derived name exceeds AWS's limit, the derived name, and the limit."""
    joined: list[tuple[tuple[str, ...], str, int]] = [
        (("stores", name), f"{spec.name}-{name}", store.max_name_length)
        for name, store in spec.stores.items()
        if store.max_name_length is not None
    ]
    joined += [(("processes", n), f"{spec.name}-{n}", MAX_PROCESS) for n in spec.processes]
    joined += [(("consumes", n), f"{spec.name}-{n}", MAX_QUEUE) for n in spec.consumes]
    joined += [(("queues", n), f"{spec.name}-{n}", MAX_QUEUE) for n in spec.queues]
    joined += [(("schedules", n), f"{spec.name}-{n}", MAX_SCHEDULE) for n in spec.schedules]
    joined += [(("jobs", n), f"{spec.name}-{n}", MAX_JOB) for n in spec.jobs]
    joined += [
        (("sources", name), f"{spec.name}-{name}", MAX_QUEUE)
        for name, source in spec.sources.items()
        if source.QUEUED
    ]
    joined += [
        (("secrets", name), f"{spec.name}-{name}", MAX_ROTATION)
        for name, secret in spec.secrets.items()
        if secret.rotation is not None
    ]
    routed = spec.compute.MAX_ROUTED_NAME_LENGTH if spec.routes else None
    if routed is not None:
        joined.append((("name",), spec.name, routed))
    yield from ((where, name, limit) for where, name, limit in joined if len(name) > limit)
