"""Availability Zones of the instances of a database cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy.engine.resource import Resource
    from policy.engine.stack import Stack


def is_in_one_zone(stack: Stack, cluster: Resource, instance_type: str) -> bool:
    """Return whether the instances of *cluster* are in less than two Availability Zones.

    An instance whose zone is not stated counts as one in another zone.
    """
    zones = [
        one.get("availabilityZone")
        for one in stack.of_type(instance_type)
        if stack.refers_to(one, "clusterIdentifier", cluster)
        or stack.is_undetermined(one, "clusterIdentifier")
    ]
    known = {one for one in zones if isinstance(one, str) and one}
    undecided = [one for one in zones if not isinstance(one, str) or not one]
    return len(known) + len(undecided) < 2  # noqa: PLR2004 - two zones
