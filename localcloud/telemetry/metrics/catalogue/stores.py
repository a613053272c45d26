"""Metrics of tables, databases, caches and file systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.metrics.catalogue.row import NEVER_THROTTLES, When, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.telemetry.metrics.catalogue.row import CataloguedMetric

TABLE = (("TableName",), ("GlobalSecondaryIndexName", "TableName"))


def table() -> Iterator[CataloguedMetric]:
    """Yield the rows."""
    yield from _tables()
    yield from _databases()
    yield from _caches()
    yield from rows(
        "AWS/EFS",
        (("FileSystemId",),),
        "Percent",
        When.ALWAYS,
        "PercentIOLimit",
        "a file system is a folder without limits of operations",
    )
    yield from rows(
        "AWS/Backup",
        (("BackupVaultName",),),
        "Count",
        When.NONZERO,
        "NumberOfBackupJobsFailed",
        "no backup runs on this machine",
    )


def _tables() -> Iterator[CataloguedMetric]:
    dynamo, operation = "AWS/DynamoDB", (("Operation", "TableName"),)
    yield from rows(
        dynamo,
        TABLE,
        "Count",
        When.ALWAYS,
        "ProvisionedReadCapacityUnits ProvisionedWriteCapacityUnits",
    )
    yield from rows(
        dynamo, TABLE, "Count", When.NONZERO, "ConsumedReadCapacityUnits ConsumedWriteCapacityUnits"
    )
    yield from rows(dynamo, operation, "Milliseconds", When.EVENT, "SuccessfulRequestLatency")
    yield from rows(dynamo, ((),), "Count", When.NONZERO, "UserErrors")
    yield from rows(
        dynamo, (("TableName",),), "Count", When.NONZERO, "ConditionalCheckFailedRequests"
    )
    for name, reason in (
        ("ThrottledRequests", NEVER_THROTTLES),
        ("SystemErrors", "errors of the emulated tables are not those of DynamoDB"),
    ):
        yield from rows(dynamo, operation, "Count", When.NONZERO, name, reason)
    yield from rows(
        dynamo,
        TABLE,
        "Count",
        When.NONZERO,
        "ReadThrottleEvents WriteThrottleEvents",
        NEVER_THROTTLES,
    )
    yield from rows(
        "AWS/DAX",
        (("ClusterId",),),
        "Percent",
        When.ALWAYS,
        "CPUUtilization",
        "a cluster forwards to the table",
    )
    yield from rows(
        "AWS/DAX",
        (("ClusterId",),),
        "Count",
        When.NONZERO,
        "FaultRequestCount",
        "a cluster forwards to the table",
    )


def _databases() -> Iterator[CataloguedMetric]:
    for dimension in ("DBInstanceIdentifier", "DBClusterIdentifier"):
        of = ((dimension,),)
        yield from rows("AWS/RDS", of, "Percent", When.ALWAYS, "CPUUtilization")
        yield from rows(
            "AWS/RDS",
            of,
            "Bytes",
            When.ALWAYS,
            "FreeableMemory",
            "a database shares the memory of this machine",
        )
        yield from rows("AWS/RDS", of, "Count", When.ALWAYS, "DatabaseConnections")
    instance, cluster = (("DBInstanceIdentifier",),), (("DBClusterIdentifier",),)
    yield from rows(
        "AWS/RDS",
        instance,
        "Bytes",
        When.ALWAYS,
        "FreeStorageSpace",
        "a database grows as far as this machine's disk",
    )
    yield from rows(
        "AWS/RDS", instance, "Seconds", When.ALWAYS, "ReplicaLag", "a replica is the same server"
    )
    yield from rows(
        "AWS/RDS",
        cluster,
        "Percent",
        When.ALWAYS,
        "ACUUtilization",
        "a local server has no capacity units",
    )
    yield from rows(
        "AWS/RDS",
        (("ProxyName",),),
        "Microseconds",
        When.EVENT,
        "DatabaseConnectionsBorrowLatency",
        "a proxy forwards bytes, and lends no connections",
    )


def _caches() -> Iterator[CataloguedMetric]:
    serverless, group, cluster = ("clusterId",), ("ReplicationGroupId",), ("CacheClusterId",)
    cache, every, nodes = "AWS/ElastiCache", (serverless, group, cluster), (group, cluster)
    units = "the servers of caches do not count processing units"
    for dimensions, names, reason in (
        ((serverless,), "ThrottledCmds", NEVER_THROTTLES),
        ((serverless,), "ElastiCacheProcessingUnits", units),
        (every, "CurrConnections Evictions CacheHits", ""),
        (nodes, "CacheMisses", ""),
        ((serverless, cluster), "GetHits GetMisses", ""),
    ):
        yield from rows(cache, dimensions, "Count", When.ALWAYS, names, reason)
    yield from rows(cache, every, "Bytes", When.ALWAYS, "BytesUsedForCache")
    yield from rows(cache, (cluster,), "Bytes", When.ALWAYS, "BytesUsedForCacheItems")
    yield from rows(cache, (serverless,), "Percent", When.EVENT, "CacheHitRate")
    yield from rows(
        cache, nodes, "Percent", When.ALWAYS, "DatabaseMemoryUsagePercentage EngineCPUUtilization"
    )
    yield from rows(cache, (cluster,), "Percent", When.ALWAYS, "CPUUtilization")
