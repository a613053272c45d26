"""The metrics of AWS that the local cloud knows: dimensions, unit, and when AWS reports them.

Alarms, scaling policies and dashboards of an environment name metrics of this table only, or
metrics of their own namespaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BALANCER = (("LoadBalancer",), ("LoadBalancer", "TargetGroup"))
API = (("ApiId",), ("ApiId", "Stage"))
FUNCTION = (("FunctionName",), (), ("FunctionName", "Resource"))
SERVICE = (("ClusterName", "ServiceName"),)
TABLE = (("TableName",), ("GlobalSecondaryIndexName", "TableName"))
NODE = "the statistics of a cache's process are not read"
NEVER_THROTTLES = "nothing is throttled on this machine"


class When(StrEnum):
    """When AWS reports a value."""

    EVENT = "with each event"
    NONZERO = "only when it is above zero"
    ZERO = "with each event, 0 if it does not apply"
    ALWAYS = "all the time"
    ACTIVE = "while the resource is active"


@dataclass(frozen=True)
class CataloguedMetric:
    """A metric of AWS."""

    namespace: str
    name: str
    dimension_sets: tuple[tuple[str, ...], ...]
    """Names of the dimensions, sorted, of each set in which it is reported."""
    unit: str
    when: When
    not_local: str = ""
    """Why the local cloud does not measure it; '' if it does."""


def _rows(  # noqa: PLR0913, PLR0917 - the columns of the table
    namespace: str,
    dimension_sets: Iterable[tuple[str, ...]],
    unit: str,
    when: When,
    names: str,
    not_local: str = "",
) -> Iterator[CataloguedMetric]:
    for name in names.split():
        yield CataloguedMetric(namespace, name, tuple(dimension_sets), unit, when, not_local)


def _table() -> Iterator[CataloguedMetric]:
    elb, api, lambda_, sqs = "AWS/ApplicationELB", "AWS/ApiGateway", "AWS/Lambda", "AWS/SQS"
    yield from _rows(
        elb,
        BALANCER,
        "Count",
        When.NONZERO,
        "RequestCount HTTPCode_Target_2XX_Count HTTPCode_Target_3XX_Count"
        " HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count TargetConnectionErrorCount",
    )
    yield from _rows(elb, BALANCER, "Seconds", When.NONZERO, "TargetResponseTime")
    yield from _rows(
        elb,
        BALANCER[:1],
        "Count",
        When.NONZERO,
        "HTTPCode_ELB_3XX_Count HTTPCode_ELB_4XX_Count HTTPCode_ELB_5XX_Count"
        " HTTPCode_ELB_500_Count HTTPCode_ELB_502_Count HTTPCode_ELB_503_Count"
        " HTTPCode_ELB_504_Count HTTP_Fixed_Response_Count HTTP_Redirect_Count",
    )
    yield from _rows(elb, BALANCER[1:], "Count", When.ALWAYS, "HealthyHostCount UnHealthyHostCount")
    yield from _rows(
        elb, (("TargetGroup",), BALANCER[1]), "None", When.EVENT, "RequestCountPerTarget"
    )
    yield from _rows(api, API, "Count", When.ZERO, "Count 4xx 5xx")
    yield from _rows(api, API, "Milliseconds", When.EVENT, "Latency IntegrationLatency")
    yield from _rows(api, API, "Bytes", When.EVENT, "DataProcessed")
    yield from _rows(lambda_, FUNCTION, "Count", When.ZERO, "Invocations Errors Throttles")
    yield from _rows(lambda_, FUNCTION, "Milliseconds", When.EVENT, "Duration")
    yield from _rows(lambda_, FUNCTION[:2], "Count", When.EVENT, "ConcurrentExecutions")
    yield from _rows(lambda_, FUNCTION[:1], "Milliseconds", When.EVENT, "IteratorAge AsyncEventAge")
    yield from _rows(
        lambda_,
        FUNCTION[:1],
        "Count",
        When.NONZERO,
        "AsyncEventsReceived AsyncEventsDropped DeadLetterErrors DestinationDeliveryFailures",
    )
    yield from _rows(
        lambda_,
        (("EventSourceMappingUUID",),),
        "Count",
        When.NONZERO,
        "OnFailureDestinationDeliveredEventCount DroppedEventCount",
    )
    queue = (("QueueName",),)
    yield from _rows(
        sqs,
        queue,
        "Count",
        When.ACTIVE,
        "NumberOfMessagesSent NumberOfMessagesReceived NumberOfMessagesDeleted"
        " NumberOfEmptyReceives ApproximateNumberOfMessagesVisible"
        " ApproximateNumberOfMessagesNotVisible ApproximateNumberOfMessagesDelayed",
    )
    yield from _rows(sqs, queue, "Bytes", When.EVENT, "SentMessageSize")
    yield from _rows(sqs, queue, "Seconds", When.ACTIVE, "ApproximateAgeOfOldestMessage")
    yield from _rows("AWS/ECS", SERVICE, "Percent", When.ALWAYS, "CPUUtilization MemoryUtilization")
    insights = "ECS/ContainerInsights"
    yield from _rows(
        insights,
        SERVICE,
        "Count",
        When.ALWAYS,
        "RunningTaskCount PendingTaskCount DesiredTaskCount",
    )
    yield from _rows(insights, SERVICE, "None", When.ALWAYS, "CpuUtilized CpuReserved")
    yield from _rows(insights, SERVICE, "Megabytes", When.ALWAYS, "MemoryUtilized MemoryReserved")
    dynamo, operation = "AWS/DynamoDB", (("Operation", "TableName"),)
    yield from _rows(
        dynamo, TABLE, "Count", When.NONZERO, "ConsumedReadCapacityUnits ConsumedWriteCapacityUnits"
    )
    yield from _rows(dynamo, operation, "Milliseconds", When.EVENT, "SuccessfulRequestLatency")
    yield from _rows(
        dynamo,
        TABLE,
        "Count",
        When.NONZERO,
        "ReadThrottleEvents WriteThrottleEvents",
        NEVER_THROTTLES,
    )
    stream = (("StreamName",),)
    yield from _rows(
        "AWS/Kinesis", stream, "Count", When.EVENT, "IncomingRecords GetRecords.Records"
    )
    yield from _rows("AWS/Kinesis", stream, "Bytes", When.EVENT, "IncomingBytes")
    yield from _rows(
        "AWS/Kinesis", stream, "Milliseconds", When.EVENT, "GetRecords.IteratorAgeMilliseconds"
    )
    yield from _rows(
        "AWS/Kinesis",
        stream,
        "Count",
        When.ZERO,
        "WriteProvisionedThroughputExceeded ReadProvisionedThroughputExceeded",
        NEVER_THROTTLES,
    )
    machine = (("StateMachineArn",),)
    yield from _rows(
        "AWS/States",
        machine,
        "Count",
        When.EVENT,
        "ExecutionsStarted ExecutionsSucceeded ExecutionsFailed ExecutionsTimedOut"
        " ExecutionsAborted",
    )
    yield from _rows("AWS/States", machine, "Milliseconds", When.EVENT, "ExecutionTime")
    group = (("LogGroupName",),)
    yield from _rows(
        "AWS/Logs",
        group,
        "Count",
        When.NONZERO,
        "IncomingLogEvents EMFParsingErrors EMFValidationErrors",
    )
    yield from _rows("AWS/Logs", group, "Bytes", When.NONZERO, "IncomingBytes")
    yield from _not_local()


def _not_local() -> Iterator[CataloguedMetric]:
    servers = "the statistics of the database's process are not read"
    for dimension in ("DBInstanceIdentifier", "DBClusterIdentifier"):
        of = ((dimension,),)
        yield from _rows("AWS/RDS", of, "Percent", When.ALWAYS, "CPUUtilization", servers)
        yield from _rows("AWS/RDS", of, "Bytes", When.ALWAYS, "FreeableMemory", servers)
        yield from _rows("AWS/RDS", of, "Count", When.ALWAYS, "DatabaseConnections", servers)
    instance, cluster = (("DBInstanceIdentifier",),), (("DBClusterIdentifier",),)
    yield from _rows(
        "AWS/RDS",
        instance,
        "Bytes",
        When.ALWAYS,
        "FreeStorageSpace",
        "a database grows as far as this machine's disk",
    )
    yield from _rows(
        "AWS/RDS", instance, "Seconds", When.ALWAYS, "ReplicaLag", "a replica is the same server"
    )
    yield from _rows(
        "AWS/RDS",
        cluster,
        "Percent",
        When.ALWAYS,
        "ACUUtilization",
        "a local server has no capacity units",
    )
    yield from _rows(
        "AWS/RDS",
        (("ProxyName",),),
        "Microseconds",
        When.EVENT,
        "DatabaseConnectionsBorrowLatency",
        "a proxy forwards bytes, and lends no connections",
    )
    serverless, replicas, memcached = (("clusterId",), ("ReplicationGroupId",), ("CacheClusterId",))
    cache = "AWS/ElastiCache"
    yield from _rows(
        cache,
        (serverless,),
        "Count",
        When.ALWAYS,
        "ThrottledCmds ElastiCacheProcessingUnits CurrConnections",
        NODE,
    )
    yield from _rows(cache, (serverless,), "Bytes", When.ALWAYS, "BytesUsedForCache", NODE)
    yield from _rows(
        cache,
        (replicas,),
        "Percent",
        When.ALWAYS,
        "DatabaseMemoryUsagePercentage EngineCPUUtilization",
        NODE,
    )
    yield from _rows(
        cache, (replicas, memcached), "Count", When.ALWAYS, "Evictions CurrConnections", NODE
    )
    yield from _rows(cache, (memcached,), "Percent", When.ALWAYS, "CPUUtilization", NODE)
    yield from _rows(
        "AWS/DAX",
        (("ClusterId",),),
        "Percent",
        When.ALWAYS,
        "CPUUtilization",
        "a cluster forwards to the table",
    )
    yield from _rows(
        "AWS/DAX",
        (("ClusterId",),),
        "Count",
        When.NONZERO,
        "FaultRequestCount",
        "a cluster forwards to the table",
    )
    yield from _rows(
        "AWS/EFS",
        (("FileSystemId",),),
        "Percent",
        When.ALWAYS,
        "PercentIOLimit",
        "a file system is a folder without limits of operations",
    )
    yield from _rows(
        "AWS/Backup",
        (("BackupVaultName",),),
        "Count",
        When.NONZERO,
        "NumberOfBackupJobsFailed",
        "no backup runs on this machine",
    )


CATALOGUE: tuple[CataloguedMetric, ...] = tuple(_table())
"""All metrics of AWS that are known."""


def find(namespace: str, name: str, dimensions: Iterable[str]) -> CataloguedMetric | None:
    """Return the metric that AWS reports with exactly these *dimensions*; None if it does not."""
    wanted = tuple(sorted(dimensions))
    for one in CATALOGUE:
        sets = {tuple(sorted(names)) for names in one.dimension_sets}
        if (one.namespace, one.name) == (namespace, name) and wanted in sets:
            return one
    return None
