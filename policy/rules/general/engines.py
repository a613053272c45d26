"""Rules on engines and runtimes that an environment allows."""

from __future__ import annotations

from fnmatch import fnmatchcase

from policy.engine import resource_types as aws
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import as_list, is_missing

_KINDS = {
    "aws:rds/instance:Instance": ("databases", "engine"),
    "aws:rds/cluster:Cluster": ("databases", "engine"),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("caches", "engine"),
    "aws:elasticache/serverlessCache:ServerlessCache": ("caches", "engine"),
    "aws:elasticache/cluster:Cluster": ("caches", "engine"),
    "aws:mq/broker:Broker": ("brokers", "engineType"),
    "aws:opensearch/domain:Domain": ("search", "engineVersion"),
    "aws:lambda/function:Function": ("functions", "runtime"),
}
"""Type -> its list in `allowed`, and the input that must be in it."""
_ARGUMENTS = {"engineType": "engine_type", "engineVersion": "engine_version"}


@rule(
    *_KINDS,
    params={
        "allowed": {
            "databases": ["aurora-mysql", "aurora-postgresql", "mysql", "postgres"],
            "caches": ["valkey", "redis", "memcached"],
            "brokers": ["ActiveMQ", "RabbitMQ"],
            "search": ["OpenSearch_*"],
            "functions": [
                "python3.1[2-9]",
                "nodejs2[2-9].x",
                "java2?",
                "dotnet*",
                "provided.al2023",
            ],
        }
    },
)
@classify("architecture", "architecture", "medium", "mandatory", when="opted-in")
def allowed_engines_and_runtimes(resource: Resource) -> Messages:
    """Databases, caches, brokers and functions must use an allowed engine or runtime.

    Each additional engine or runtime has to be patched, monitored and supported.
    """
    kind, key = _KINDS[resource.type]
    allowed = [one for one in as_list(resource.params["allowed"].get(kind)) if one]
    found = resource.get(key)
    if is_missing(found) and resource.type == aws.ELASTICACHE_REPLICATION_GROUP:
        found = "redis"
    if not isinstance(found, str) or not found or not allowed:
        return
    if not any(fnmatchcase(found.lower(), pattern.lower()) for pattern in allowed):
        yield (
            f"The resource '{resource.name}' must use an allowed engine or runtime, not {found}:"
            f" set {_ARGUMENTS.get(key, key)} to one of {', '.join(allowed)}."
        )
