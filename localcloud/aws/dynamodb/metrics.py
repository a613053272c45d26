"""`AWS/DynamoDB`: consumed and provisioned capacity, latency of successes, and refused requests."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from moto.dynamodb.models import dynamodb_backends

from localcloud.aws.journal import JOURNAL
from localcloud.measurements import MEASUREMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.measurements import Measurements

NAMESPACE = "AWS/DynamoDB"
PROVISIONED_SECONDS = 300
NO_USER_ERRORS = frozenset({"ConditionalCheckFailedException", "InternalFailure", "NotImplemented"})
"""Error codes that are no `UserErrors`: the first has a metric of its own."""
_measured: WeakKeyDictionary[Measurements, int] = WeakKeyDictionary()
"""The last five minutes whose provisioned capacity was measured."""


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


def count_error(body: bytes) -> None:
    """Count an error response, unless it has a metric of its own or is not DynamoDB's."""
    try:
        code = str(json.loads(body)["__type"]).rpartition("#")[2]
    except (ValueError, KeyError, TypeError):
        return
    if code not in NO_USER_ERRORS:
        MEASUREMENTS.add(NAMESPACE, "UserErrors")


def count_failed_condition(table: str) -> None:
    """Count a write whose condition failed."""
    dimensions = {"TableName": table}
    MEASUREMENTS.add(NAMESPACE, "ConditionalCheckFailedRequests", dimensions=dimensions)


def measure(measurements: Measurements) -> None:
    """Add the provisioned capacity of tables and their indexes, every five minutes."""
    now = int(time.time()) // PROVISIONED_SECONDS
    if _measured.get(measurements) == now:
        return
    _measured[measurements] = now
    with JOURNAL.lock:
        backends: list[Any] = [backend for *_, backend in dynamodb_backends.iter_backends()]
        tables = [
            table
            for backend in backends
            for table in backend.tables.values()
            if table.billing_mode != "PAY_PER_REQUEST"
        ]
        found = [
            ({"TableName": table.name, **more}, dict(one.throughput or {}))
            for table in tables
            for one, more in [
                (table, {}),
                *(
                    (index, {"GlobalSecondaryIndexName": index.name})
                    for index in table.global_indexes
                ),
            ]
        ]
    for dimensions, throughput in found:
        for access in ("Read", "Write"):
            units = float(throughput.get(f"{access}CapacityUnits") or 0)
            if units:
                name = f"Provisioned{access}CapacityUnits"
                measurements.add(NAMESPACE, name, units, dimensions=dimensions)
