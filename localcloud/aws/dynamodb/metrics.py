"""`AWS/DynamoDB`: consumed capacity and the latency of successful requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.measurements import MEASUREMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMESPACE = "AWS/DynamoDB"


def count(
    method: str, consumed: Sequence[tuple[str, str, str, float]], milliseconds: float
) -> None:
    """Count a successful request: *consumed* has table, index, access and capacity units."""
    for table, index, access, units in consumed:
        dimensions = {"TableName": table}
        if index:
            dimensions["GlobalSecondaryIndexName"] = index
        name = f"Consumed{access}CapacityUnits"
        MEASUREMENTS.add(NAMESPACE, name, float(units), dimensions=dimensions)
    operation = "".join(word.title() for word in method.split("_"))
    for table in {table for table, *_ in consumed}:
        MEASUREMENTS.add(
            NAMESPACE,
            "SuccessfulRequestLatency",
            round(milliseconds, 2),
            unit="Milliseconds",
            dimensions={"TableName": table, "Operation": operation},
        )
