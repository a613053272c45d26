"""`AWS/States`: executions of state machines."""

from __future__ import annotations

from typing import Any

from localcloud.measurements import MEASUREMENTS

NAMESPACE = "AWS/States"
ENDS = {
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


def started(execution: Any) -> None:
    """Count an execution that began."""
    MEASUREMENTS.add(NAMESPACE, "ExecutionsStarted", dimensions=_dimensions(execution))


def ended(execution: Any) -> None:
    """Count an execution that ended, by its status."""
    dimensions = _dimensions(execution)
    if name := ENDS.get(execution.status):
        MEASUREMENTS.add(NAMESPACE, name, dimensions=dimensions)
    took = (execution.stop_date - execution.start_date).total_seconds() * 1000
    MEASUREMENTS.add(
        NAMESPACE, "ExecutionTime", round(took), unit="Milliseconds", dimensions=dimensions
    )


def _dimensions(execution: Any) -> dict[str, str]:
    return {"StateMachineArn": execution.state_machine_arn}
