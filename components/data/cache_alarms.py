"""Alarms of caches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from components.alarm_kinds import AlarmKind
from components.alarms import Alarm

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

MAX_CONNECTIONS = 65_000  # of a serverless cache, and of a node
NEAR = 0.9
GIGABYTE = 1000**3

_alarm = partial(Alarm, kind=AlarmKind.CACHE_BUSY, namespace="AWS/ElastiCache", threshold=0)


def serverless_alarms(
    name: str, cache: pulumi.Input[str], max_storage_gb: int, max_ecpu_per_second: int
) -> dict[str, Alarm]:
    """Return the alarms of a serverless cache that reaches its usage limits."""
    dimensions = {"clusterId": cache}
    return {
        "throttled": _alarm(
            description=f"Commands of the cache {name} are throttled: raise max_ecpu_per_second",
            metric="ThrottledCmds",
            dimensions=dimensions,
            periods=3,
        ),
        "compute": _alarm(
            description=f"Commands of the cache {name} are close to max_ecpu_per_second",
            metric="ElastiCacheProcessingUnits",
            dimensions=dimensions,
            threshold=NEAR * max_ecpu_per_second * 60,
            periods=5,
        ),
        "storage": _alarm(
            description=f"The cache {name} is close to max_storage_gb: items will be evicted",
            metric="BytesUsedForCache",
            dimensions=dimensions,
            statistic="Maximum",
            threshold=NEAR * max_storage_gb * GIGABYTE,
            periods=5,
        ),
        "connections": _connections(name, dimensions),
    }


def node_alarms(name: str, group: pulumi.Input[str]) -> dict[str, Alarm]:
    """Return the alarms of a Valkey replication group."""
    dimensions = {"ReplicationGroupId": group}
    return {
        "memory": _alarm(
            description=f"The nodes of the cache {name} are full: items will be evicted",
            metric="DatabaseMemoryUsagePercentage",
            dimensions=dimensions,
            statistic="Maximum",
            threshold=90,
            periods=5,
        ),
        "cpu": _cpu(name, "EngineCPUUtilization", dimensions),
        "evictions": _evictions(name, dimensions),
        "connections": _connections(name, dimensions),
    }


def memcached_alarms(name: str, cluster: pulumi.Input[str]) -> dict[str, Alarm]:
    """Return the alarms of a Memcached cluster."""
    dimensions = {"CacheClusterId": cluster}
    return {
        "cpu": _cpu(name, "CPUUtilization", dimensions),
        "evictions": _evictions(name, dimensions),
        "connections": _connections(name, dimensions),
    }


def _cpu(name: str, metric: str, dimensions: Mapping[str, pulumi.Input[str]]) -> Alarm:
    return _alarm(
        description=f"A node of the cache {name} is busy: look for slow commands, or add nodes",
        metric=metric,
        dimensions=dimensions,
        statistic="Maximum",
        threshold=90,
        periods=5,
    )


def _evictions(name: str, dimensions: Mapping[str, pulumi.Input[str]]) -> Alarm:
    return _alarm(
        description=f"The cache {name} evicts items all the time: take larger nodes, or add nodes",
        metric="Evictions",
        dimensions=dimensions,
        periods=15,
    )


def _connections(name: str, dimensions: Mapping[str, pulumi.Input[str]]) -> Alarm:
    return _alarm(
        description=f"The cache {name} is close to its maximum of connections: look for leaks",
        metric="CurrConnections",
        dimensions=dimensions,
        statistic="Maximum",
        threshold=NEAR * MAX_CONNECTIONS,
        periods=3,
    )
