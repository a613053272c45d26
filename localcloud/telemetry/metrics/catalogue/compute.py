"""Metrics of functions, services and state machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.metrics.catalogue.row import When, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.telemetry.metrics.catalogue.row import CataloguedMetric

FUNCTION = (("FunctionName",), (), ("FunctionName", "Resource"))
SERVICE = (("ClusterName", "ServiceName"),)


def table() -> Iterator[CataloguedMetric]:
    """Yield the rows."""
    lambda_ = "AWS/Lambda"
    yield from rows(lambda_, FUNCTION, "Count", When.ZERO, "Invocations Errors Throttles")
    yield from rows(lambda_, FUNCTION, "Milliseconds", When.EVENT, "Duration")
    yield from rows(lambda_, FUNCTION[:2], "Count", When.EVENT, "ConcurrentExecutions")
    yield from rows(lambda_, FUNCTION[:1], "Milliseconds", When.EVENT, "IteratorAge AsyncEventAge")
    yield from rows(
        lambda_,
        FUNCTION[:1],
        "Count",
        When.NONZERO,
        "AsyncEventsReceived AsyncEventsDropped DeadLetterErrors DestinationDeliveryFailures",
    )
    yield from rows(
        lambda_,
        (("EventSourceMappingUUID",),),
        "Count",
        When.NONZERO,
        "OnFailureDestinationDeliveredEventCount DroppedEventCount",
    )
    yield from rows("AWS/ECS", SERVICE, "Percent", When.ALWAYS, "CPUUtilization MemoryUtilization")
    insights = "ECS/ContainerInsights"
    yield from rows(
        insights,
        SERVICE,
        "Count",
        When.ALWAYS,
        "RunningTaskCount PendingTaskCount DesiredTaskCount",
    )
    yield from rows(insights, SERVICE, "None", When.ALWAYS, "CpuUtilized CpuReserved")
    yield from rows(insights, SERVICE, "Megabytes", When.ALWAYS, "MemoryUtilized MemoryReserved")
    machine = (("StateMachineArn",),)
    yield from rows(
        "AWS/States",
        machine,
        "Count",
        When.EVENT,
        "ExecutionsStarted ExecutionsSucceeded ExecutionsFailed ExecutionsTimedOut"
        " ExecutionsAborted",
    )
    yield from rows("AWS/States", machine, "Milliseconds", When.EVENT, "ExecutionTime")
