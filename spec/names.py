"""What the names of a description become in AWS, where each kind of thing has its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.service import AuroraPostgresqlStore, FargateCompute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.service import ServiceSpec

# Pulumi.yaml says how names are made: for a role "<environment>-<name>-a1b2c3", for example, and
# an environment's name has up to 12 characters.
LONGEST_ROUTED = 25  # a target group has 32, and takes no environment's name
LONGEST_DATABASE = 26  # the role "<service>-<store>-instances-monitor" has 64
LONGEST_PROCESS = 31  # the role "<service>-<process>-task-starter" has 64
LONGEST_QUEUE = 38  # the queue "bulkhead-<environment>-<service>-<event>-dead-letters" has 80


def too_long(spec: ServiceSpec) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Yield each field with a name that AWS cannot take, what it becomes, and the limit."""
    joined = [
        (("stores", name), f"{spec.name}-{name}", LONGEST_DATABASE)
        for name, store in spec.stores.items()
        if isinstance(store, AuroraPostgresqlStore)
    ]
    joined += [(("processes", n), f"{spec.name}-{n}", LONGEST_PROCESS) for n in spec.processes]
    joined += [(("consumes", n), f"{spec.name}-{n}", LONGEST_QUEUE) for n in spec.consumes]
    if spec.routes and isinstance(spec.compute, FargateCompute) and len(spec.name) > LONGEST_ROUTED:
        yield ("name",), spec.name, LONGEST_ROUTED
    yield from ((where, name, limit) for where, name, limit in joined if len(name) > limit)
