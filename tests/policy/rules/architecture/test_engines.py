"""What the rules on engines and runtimes accept and refuse."""

import pytest

from policy.frame.settings import Settings
from policy.rules.architecture.engines import allowed_engines_and_runtimes
from policy.testing import check, messages, resource


@pytest.mark.parametrize(
    ("typ", "key", "good", "bad"),
    [
        ("aws:rds/instance:Instance", "engine", "postgres", "oracle-ee"),
        ("aws:rds/cluster:Cluster", "engine", "aurora-postgresql", "neptune"),
        ("aws:elasticache/serverlessCache:ServerlessCache", "engine", "valkey", "other"),
        ("aws:elasticache/cluster:Cluster", "engine", "memcached", "other"),
        ("aws:mq/broker:Broker", "engineType", "rabbitmq", "IBM"),
        ("aws:opensearch/domain:Domain", "engineVersion", "OpenSearch_2.17", "Elasticsearch_7.10"),
        ("aws:lambda/function:Function", "runtime", "python3.13", "python3.9"),
    ],
)
def test_allowed_engines_and_runtimes(typ, key, good, bad):
    check(
        allowed_engines_and_runtimes,
        typ,
        {"name": "orders", key: good, "tags": {"service": "orders"}},
        kept=[{key: None}, {key: good.upper()}],
        broken=[{key: bad}],
        unknown_at=[key],
    )
    seen = resource(typ, "orders", {key: bad})
    assert messages(allowed_engines_and_runtimes, seen, settings=Settings()) == []
    assert messages(allowed_engines_and_runtimes, seen, params={"allowed": {}}) == []


def test_a_cache_without_an_engine_is_redis():
    group = resource("aws:elasticache/replicationGroup:ReplicationGroup", "sessions", {})
    valkey_only = {"allowed": {"caches": ["valkey"]}}

    assert messages(allowed_engines_and_runtimes, group) == []
    assert len(messages(allowed_engines_and_runtimes, group, params=valkey_only)) == 1
