"""RDS: constraints across the inputs of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.row import CheckFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.row import Properties


def check_cluster(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of RDS's constraints across the inputs of a cluster."""
    if inputs.get("manageMasterUserPassword") and inputs.get("masterPassword"):
        yield CheckFailure(
            "masterPassword", "conflicts with manageMasterUserPassword: set one of them"
        )
    scaling = inputs.get("serverlessv2ScalingConfiguration")
    if isinstance(scaling, dict):
        low, high = scaling.get("minCapacity"), scaling.get("maxCapacity")
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            path = "serverlessv2ScalingConfiguration.minCapacity"
            yield CheckFailure(path, f"is {low}, above maxCapacity {high}: swap them")
        for name, value in scaling.items():
            if name.endswith("Capacity") and isinstance(value, int | float) and value * 2 % 1:
                path = f"serverlessv2ScalingConfiguration.{name}"
                yield CheckFailure(path, f"is {value}: capacity comes in steps of 0.5")
