"""`AWS/ElastiCache`: what the servers of caches report, once a minute."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from moto.elasticache.models import elasticache_backends

from localcloud.aws.elasticache.overrides import servers
from localcloud.aws.elasticache.overrides.records import CLUSTER, GROUP, SERVERLESS, Kind
from localcloud.aws.journal import JOURNAL
from localcloud.aws.samples import SECONDS, Samples
from localcloud.engines.engine import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.engines.statistics import Statistics
    from localcloud.measurements import Measurements

NAMESPACE = "AWS/ElastiCache"
DIMENSIONS = {
    SERVERLESS.name: "clusterId",
    GROUP.name: "ReplicationGroupId",
    CLUSTER.name: "CacheClusterId",
}
Value = tuple[str, float, str]
"""Name, value and unit."""
_samples = Samples()


def measure(measurements: Measurements) -> None:
    """Add the values of each node; of one that does not run there are none."""
    if not _samples.due(measurements):
        return
    with JOURNAL.lock:
        nodes = [
            (node, kind, found["Engine"], found[kind.key])
            for *_, backend in elasticache_backends.iter_backends()
            for kind, found in servers.caches(backend)
            for node in servers.identifiers(kind, found)
        ]
    for node, kind, engine, name in nodes:
        try:
            read = servers.statistics(engine, node)
        except ServerError:
            continue
        counters = {
            "hits": read.hits,
            "misses": read.misses,
            "evictions": read.evictions,
            "processor": read.processor_seconds,
        }
        grown = _samples.increases(measurements, node, counters)
        for metric, value, unit in _values(kind, engine, read, grown):
            dimensions = {DIMENSIONS[kind.name]: name}
            measurements.add(NAMESPACE, metric, value, unit=unit, dimensions=dimensions)


def _values(kind: Kind, engine: str, read: Statistics, grown: dict[str, float]) -> Iterator[Value]:
    """Yield what AWS reports of this kind of cache; rates from the second sample on."""
    memcached, serverless = engine == "memcached", kind is SERVERLESS
    yield "CurrConnections", read.connections, "Count"
    items = "Items" if memcached and not serverless else ""
    yield f"BytesUsedForCache{items}", read.used_bytes, "Bytes"
    if not memcached and not serverless:
        used = 100 * read.used_bytes / read.max_bytes
        yield "DatabaseMemoryUsagePercentage", used, "Percent"
    if not grown:
        return
    yield "Evictions", grown["evictions"], "Count"
    yield from _lookups(grown["hits"], grown["misses"], memcached=memcached, serverless=serverless)
    busy = 100 * grown["processor"] / grown[SECONDS]
    if serverless:
        return
    if memcached:
        yield "CPUUtilization", min(busy / (os.cpu_count() or 1), 100), "Percent"
    else:
        yield "EngineCPUUtilization", min(busy, 100), "Percent"


def _lookups(hits: float, misses: float, *, memcached: bool, serverless: bool) -> Iterator[Value]:
    if memcached:
        yield "GetHits", hits, "Count"
        yield "GetMisses", misses, "Count"
        return
    yield "CacheHits", hits, "Count"
    if not serverless:
        yield "CacheMisses", misses, "Count"
    elif hits + misses:
        yield "CacheHitRate", 100 * hits / (hits + misses), "Percent"
