"""Application Auto Scaling of a DynamoDB table and its indexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import InvalidArgError, as_inputs, require_between

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, kw_only=True)
class CapacityRange:
    """Lowest and highest provisioned capacity."""

    minimum: int
    """Minimum in capacity units, with which the table begins."""

    maximum: int
    """Maximum in capacity units."""

    def __post_init__(self) -> None:
        """Reject an empty range."""
        if self.minimum < 1:
            raise InvalidArgError("minimum", self.minimum, "use 1 or more")
        if self.maximum < self.minimum:
            want = f"use minimum ({self.minimum}) or more"
            raise InvalidArgError("maximum", self.maximum, want)


@dataclass(frozen=True, kw_only=True)
class TableCapacity:
    """Provisioned capacity of a table, and of each of its indexes."""

    read: CapacityRange
    """Read capacity units."""

    write: CapacityRange
    """Write capacity units."""

    target_percent: int = 70
    """Target value of consumed in relation to provisioned capacity in percent."""

    def __post_init__(self) -> None:
        """Reject a target that DynamoDB does not accept."""
        require_between("target_percent", self.target_percent, 20, 90)


@dataclass(frozen=True, kw_only=True)
class TableScalingArgs:
    """Table, indexes and their capacity."""

    table_name: pulumi.Input[str]
    """Name of the table."""

    capacity: TableCapacity
    """Capacity of the table, and of each index."""

    indexes: Sequence[str] = ()
    """Global secondary indexes of the table."""


class TableScaling(pulumi.ComponentResource):
    """Target tracking of reads and writes, for the table and each index; the table has alarms."""

    def __init__(
        self, name: str, args: TableScalingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the scaling *name*."""
        super().__init__("bulkhead:data:TableScaling", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        for suffix, resource, resource_id in _resources(args):
            for access, limits in (("Read", args.capacity.read), ("Write", args.capacity.write)):
                target = aws.appautoscaling.Target(
                    f"{name}{suffix}-{access.lower()}-target",
                    service_namespace="dynamodb",
                    scalable_dimension=f"dynamodb:{resource}:{access}CapacityUnits",
                    resource_id=resource_id,
                    min_capacity=limits.minimum,
                    max_capacity=limits.maximum,
                    opts=child,
                )
                aws.appautoscaling.Policy(
                    f"{name}{suffix}-{access.lower()}-policy",
                    policy_type="TargetTrackingScaling",
                    service_namespace=target.service_namespace,
                    scalable_dimension=target.scalable_dimension,
                    resource_id=target.resource_id,
                    target_tracking_scaling_policy_configuration={
                        "target_value": args.capacity.target_percent,
                        "predefined_metric_specification": {
                            "predefined_metric_type": f"DynamoDB{access}CapacityUtilization"
                        },
                    },
                    opts=child,
                )
        self.register_outputs({})


def _resources(args: TableScalingArgs) -> Iterator[tuple[str, str, pulumi.Output[str]]]:
    """Yield suffix, kind and id of the table and of each index."""
    table = pulumi.Output.concat("table/", args.table_name)
    yield "", "table", table
    for index in args.indexes:
        yield f"-{index}", "index", pulumi.Output.concat(table, "/index/", index)
