"""What is measured of caches."""

from __future__ import annotations

import socket

import pytest
import valkey
from moto.elasticache.models import elasticache_backends

from localcloud.aws.elasticache import metrics
from localcloud.aws.elasticache.overrides import servers
from localcloud.aws.elasticache.overrides.records import CLUSTER, GROUP, SERVERLESS, records
from localcloud.aws.samples import Samples
from localcloud.engines.servers import Servers
from localcloud.layout import Layout
from localcloud.measurements import MEASUREMENTS
from tests.localcloud.aws.elasticache.test_caches import needs_memcached
from tests.localcloud.measured import measured


@pytest.fixture
def running(tmp_path, monkeypatch):
    """Start the server of a cache, as the API does; caches without one are not measured."""
    monkeypatch.setattr(servers, "_servers", [Servers(Layout(tmp_path), start_here=True)])
    monkeypatch.setattr(metrics, "_samples", Samples())
    kept = elasticache_backends["000000000000"]["eu-west-1"]

    def start(kind, engine, **more):
        found = {kind.key: "carts", "Engine": engine, **more}
        unmade = {kind.key: "unmade", "Engine": engine, **more}
        records(kept, kind).update({"carts": found, "unmade": unmade})
        [name] = servers.identifiers(kind, found)
        return servers._servers[0].create(servers.ENGINES[engine], name, {"max_memory_mb": 64})

    yield start
    for kind in (CLUSTER, GROUP, SERVERLESS):
        records(kept, kind).clear()
    servers.close()


def two_minutes(monkeypatch, act):
    """Return the values after *act*, from a second sample a minute later."""
    measured("")
    monkeypatch.setattr("localcloud.aws.samples.time.time", lambda: 60.0)
    metrics.measure(MEASUREMENTS)
    metrics.measure(MEASUREMENTS)
    act()
    first = measured("AWS/ElastiCache")
    monkeypatch.setattr("localcloud.aws.samples.time.time", lambda: 120.0)
    metrics.measure(MEASUREMENTS)
    second = measured("AWS/ElastiCache")
    assert {dimensions for _, dimensions in (*first, *second)} == {("carts",)}
    assert all(count == 1 for count, _ in (*first.values(), *second.values()))
    assert first[("CurrConnections", ("carts",))] == (1, 0)
    return {name: total for (name, _), (_, total) in second.items()}


@pytest.mark.parametrize("kind", [GROUP, SERVERLESS])
def test_a_valkey_cache_reports_connections_lookups_and_memory(running, monkeypatch, kind):
    endpoint = running(kind, "valkey")
    clients = []

    def look_up():
        clients.append(valkey.Valkey(host=endpoint.host, port=endpoint.port))
        clients[0].set("a", "x")
        assert [clients[0].get(key) for key in ("a", "a", "b")] == [b"x", b"x", None]

    found = two_minutes(monkeypatch, look_up)
    clients[0].close()

    assert found.pop("BytesUsedForCache") > 0
    if kind is GROUP:
        assert 0 < found.pop("DatabaseMemoryUsagePercentage") < 100
        assert 0 <= found.pop("EngineCPUUtilization") <= 100
        assert found.pop("CacheMisses") == 1
    else:
        assert found.pop("CacheHitRate") == pytest.approx(200 / 3)
    assert found == {"CurrConnections": 1, "CacheHits": 2, "Evictions": 0}


@needs_memcached
def test_a_memcached_cluster_reports_connections_lookups_and_memory(running, monkeypatch):
    endpoint = running(CLUSTER, "memcached", NumCacheNodes=1)
    clients = []

    def look_up():
        client = socket.create_connection((endpoint.host, endpoint.port))
        clients.append(client)
        client.sendall(b"set a 0 0 1\r\nx\r\nget a\r\nget b\r\nmn\r\n")
        answer = b""
        while not answer.endswith(b"MN\r\n"):
            answer += client.recv(1000)

    found = two_minutes(monkeypatch, look_up)
    clients[0].close()

    assert found.pop("BytesUsedForCacheItems") > 0
    assert 0 <= found.pop("CPUUtilization") <= 100
    assert found == {"CurrConnections": 1, "GetHits": 1, "GetMisses": 1, "Evictions": 0}
