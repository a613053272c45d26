"""Which metrics of which parts are shown in which chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.observability.parts import PartKind

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACES = {
    PartKind.ENTRANCE: "AWS/ApplicationELB",
    PartKind.FUNCTION: "AWS/Lambda",
    PartKind.TASKS: "AWS/ECS",
    PartKind.QUEUE: "AWS/SQS",
    PartKind.DEAD_LETTERS: "AWS/SQS",
    PartKind.STREAM: "AWS/Kinesis",
    PartKind.STATE_MACHINE: "AWS/States",
    PartKind.TABLE: "AWS/DynamoDB",
    PartKind.CLUSTER: "AWS/RDS",
    PartKind.INSTANCE: "AWS/RDS",
    PartKind.PROXY: "AWS/RDS",
    PartKind.SERVERLESS_CACHE: "AWS/ElastiCache",
    PartKind.REPLICATION_GROUP: "AWS/ElastiCache",
    PartKind.MEMCACHED: "AWS/ElastiCache",
    PartKind.DAX: "AWS/DAX",
    PartKind.FILES: "AWS/EFS",
}
INSIGHTS = "ECS/ContainerInsights"


@dataclass(frozen=True)
class Shown:
    """A metric of each part of a kind."""

    kind: PartKind
    metric: str
    statistic: str
    label: str = ""
    """What follows the name of the part in the legend; default: nothing."""
    namespace: str = ""
    """Default: the namespace of the kind."""

    @property
    def of_namespace(self) -> str:
        """Namespace of the metric."""
        return self.namespace or NAMESPACES[self.kind]


@dataclass(frozen=True)
class Panel:
    """A chart; it is left out if a service has no part of its kinds."""

    title: str
    unit: str
    shown: tuple[Shown, ...]
    objective: float | None = None
    """What the p99 objective in milliseconds is divided by to be in the unit; None: no line."""


_E, _F, _T, _Q = PartKind.ENTRANCE, PartKind.FUNCTION, PartKind.TASKS, PartKind.QUEUE
_DEAD, _DB, _INSTANCE = PartKind.DEAD_LETTERS, PartKind.CLUSTER, PartKind.INSTANCE
_CACHE, _NODES, _MEMCACHED = (
    PartKind.SERVERLESS_CACHE,
    PartKind.REPLICATION_GROUP,
    PartKind.MEMCACHED,
)

RATE = Panel(
    "Requests", "Count", (Shown(_E, "RequestCount", "Sum"), Shown(_F, "Invocations", "Sum"))
)
ERRORS = Panel(
    "Errors",
    "Count",
    (
        Shown(_E, "HTTPCode_Target_5XX_Count", "Sum", "5xx"),
        Shown(_E, "HTTPCode_Target_4XX_Count", "Sum", "4xx"),
        Shown(_E, "TargetConnectionErrorCount", "Sum", "no connection"),
        Shown(_F, "Errors", "Sum", "errors"),
        Shown(_F, "Throttles", "Sum", "throttled"),
    ),
)
RESPONSE_TIME = Panel(
    "Response time",
    "Seconds",
    (Shown(_E, "TargetResponseTime", "p50", "p50"), Shown(_E, "TargetResponseTime", "p99", "p99")),
    objective=1000.0,
)
DURATION = Panel(
    "Duration of functions",
    "Milliseconds",
    (Shown(_F, "Duration", "p50", "p50"), Shown(_F, "Duration", "p99", "p99")),
    objective=1.0,
)
RUNNING = Panel(
    "Running tasks",
    "Count",
    (
        Shown(_T, "RunningTaskCount", "Minimum", "running", INSIGHTS),
        Shown(_T, "DesiredTaskCount", "Maximum", "desired", INSIGHTS),
    ),
)
OLDEST = Panel(
    "Oldest message", "Seconds", (Shown(_Q, "ApproximateAgeOfOldestMessage", "Maximum"),)
)
DEAD_LETTERS = Panel(
    "Dead letters", "Count", (Shown(_DEAD, "ApproximateNumberOfMessagesVisible", "Maximum"),)
)

SERVICE_PANELS = (
    RATE,
    ERRORS,
    RESPONSE_TIME,
    DURATION,
    Panel(
        "Processor and memory of tasks",
        "Percent",
        (
            Shown(_T, "CPUUtilization", "Average", "processor"),
            Shown(_T, "MemoryUtilization", "Average", "memory"),
        ),
    ),
    RUNNING,
    Panel("Functions at the same time", "Count", (Shown(_F, "ConcurrentExecutions", "Maximum"),)),
    Panel(
        "Messages in queues",
        "Count",
        (
            Shown(_Q, "ApproximateNumberOfMessagesVisible", "Maximum", "waiting"),
            Shown(_Q, "ApproximateNumberOfMessagesNotVisible", "Maximum", "in flight"),
        ),
    ),
    OLDEST,
    DEAD_LETTERS,
    Panel(
        "Records of streams",
        "Count",
        (
            Shown(PartKind.STREAM, "IncomingRecords", "Sum", "written"),
            Shown(PartKind.STREAM, "GetRecords.Records", "Sum", "read"),
        ),
    ),
    Panel(
        "Age of records when they are read",
        "Milliseconds",
        (Shown(PartKind.STREAM, "GetRecords.IteratorAgeMilliseconds", "Maximum"),),
    ),
    Panel(
        "Jobs",
        "Count",
        (
            Shown(PartKind.STATE_MACHINE, "ExecutionsStarted", "Sum", "started"),
            Shown(PartKind.STATE_MACHINE, "ExecutionsFailed", "Sum", "failed"),
            Shown(PartKind.STATE_MACHINE, "ExecutionsTimedOut", "Sum", "timed out"),
        ),
    ),
    Panel(
        "Capacity of tables",
        "Count",
        (
            Shown(PartKind.TABLE, "ConsumedReadCapacityUnits", "Sum", "read"),
            Shown(PartKind.TABLE, "ConsumedWriteCapacityUnits", "Sum", "written"),
        ),
    ),
    Panel(
        "Throttled requests of tables",
        "Count",
        (
            Shown(PartKind.TABLE, "ReadThrottleEvents", "Sum", "reads"),
            Shown(PartKind.TABLE, "WriteThrottleEvents", "Sum", "writes"),
        ),
    ),
    Panel(
        "Load of databases",
        "Percent",
        (
            Shown(_DB, "ACUUtilization", "Average", "capacity"),
            Shown(_INSTANCE, "CPUUtilization", "Average", "processor"),
        ),
    ),
    Panel(
        "Connections of databases",
        "Count",
        (
            Shown(_DB, "DatabaseConnections", "Maximum"),
            Shown(_INSTANCE, "DatabaseConnections", "Maximum"),
        ),
    ),
    Panel(
        "Waiting for a connection of a proxy",
        "Microseconds",
        (Shown(PartKind.PROXY, "DatabaseConnectionsBorrowLatency", "Maximum"),),
    ),
    Panel(
        "Free memory and storage of databases",
        "Bytes",
        (
            Shown(_INSTANCE, "FreeableMemory", "Minimum", "memory"),
            Shown(_INSTANCE, "FreeStorageSpace", "Minimum", "storage"),
        ),
    ),
    Panel(
        "Load of caches",
        "Percent",
        (
            Shown(_NODES, "EngineCPUUtilization", "Maximum", "processor"),
            Shown(_NODES, "DatabaseMemoryUsagePercentage", "Maximum", "memory"),
            Shown(_MEMCACHED, "CPUUtilization", "Maximum", "processor"),
            Shown(PartKind.DAX, "CPUUtilization", "Maximum", "processor"),
        ),
    ),
    Panel("Size of serverless caches", "Bytes", (Shown(_CACHE, "BytesUsedForCache", "Maximum"),)),
    Panel(
        "What caches drop and refuse",
        "Count",
        (
            Shown(_CACHE, "ThrottledCmds", "Sum", "throttled"),
            Shown(_NODES, "Evictions", "Sum", "evicted"),
            Shown(_MEMCACHED, "Evictions", "Sum", "evicted"),
            Shown(PartKind.DAX, "FaultRequestCount", "Sum", "faults"),
        ),
    ),
    Panel("Load of file systems", "Percent", (Shown(PartKind.FILES, "PercentIOLimit", "Maximum"),)),
)
"""Charts of the dashboard of a service, in this order."""

ENVIRONMENT_PANELS = (RATE, ERRORS, RESPONSE_TIME, DURATION, RUNNING, OLDEST, DEAD_LETTERS)
"""Charts of the dashboard of an environment: all services in each."""


def every_metric() -> Iterator[Shown]:
    """Yield each metric of the charts."""
    for panel in (*SERVICE_PANELS, *ENVIRONMENT_PANELS):
        yield from panel.shown
