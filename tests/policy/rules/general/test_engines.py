"""Tests of policy.rules.general.engines."""

import pytest

from policy.engine.settings import Settings
from policy.rules.general.engines import allowed_engines_and_runtimes
from policy.testing import check, messages, resource


@pytest.mark.parametrize(
    ("typ", "whole", "key", "bad"),
    [
        (
            "aws:rds/instance:Instance",
            {"engine": "postgres", "instanceClass": "db.t4g.small", "allocatedStorage": 20},
            "engine",
            "oracle-ee",
        ),
        (
            "aws:rds/cluster:Cluster",
            {"engine": "aurora-postgresql", "clusterIdentifier": "orders"},
            "engine",
            "neptune",
        ),
        (
            "aws:elasticache/serverlessCache:ServerlessCache",
            {"engine": "valkey", "name": "orders"},
            "engine",
            "other",
        ),
        (
            "aws:elasticache/cluster:Cluster",
            {"engine": "memcached", "nodeType": "cache.t4g.small", "numCacheNodes": 2},
            "engine",
            "other",
        ),
        (
            "aws:mq/broker:Broker",
            {
                "brokerName": "orders",
                "engineType": "rabbitmq",
                "engineVersion": "3.13",
                "hostInstanceType": "mq.m5.large",
            },
            "engineType",
            "IBM",
        ),
        (
            "aws:opensearch/domain:Domain",
            {"domainName": "orders", "engineVersion": "OpenSearch_2.17"},
            "engineVersion",
            "Elasticsearch_7.10",
        ),
        (
            "aws:lambda/function:Function",
            {"role": "arn:aws:iam::111122223333:role/orders", "runtime": "python3.13"},
            "runtime",
            "python3.9",
        ),
    ],
)
def test_allowed_engines_and_runtimes(typ, whole, key, bad):
    check(
        allowed_engines_and_runtimes,
        typ,
        whole | {"tags": {"service": "orders"}},
        kept=[{key: None}, {key: whole[key].upper()}],
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
