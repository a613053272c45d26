"""What the names of a description become in AWS, where each kind of thing has its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.service import ServiceSpec

# Pulumi.yaml says how names are made: for a role "<environment>-<name>-a1b2c3", for example, and
# an environment's name has up to 12 characters.
LONGEST_PROCESS = 31  # the role "<service>-<process>-task-starter" has 64
LONGEST_QUEUE = 38  # the queue "bulkhead-<environment>-<service>-<event>-dead-letters" has 80


def too_long(spec: ServiceSpec) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Yield each field with a name that AWS cannot take, what it becomes, and the limit."""
    joined: list[tuple[tuple[str, ...], str, int]] = [
        (("stores", name), f"{spec.name}-{name}", store.LONGEST_NAME)
        for name, store in spec.stores.items()
        if store.LONGEST_NAME is not None
    ]
    joined += [(("processes", n), f"{spec.name}-{n}", LONGEST_PROCESS) for n in spec.processes]
    joined += [(("consumes", n), f"{spec.name}-{n}", LONGEST_QUEUE) for n in spec.consumes]
    routed = spec.compute.LONGEST_ROUTED_NAME if spec.routes else None
    if routed is not None:
        joined.append((("name",), spec.name, routed))
    yield from ((where, name, limit) for where, name, limit in joined if len(name) > limit)
