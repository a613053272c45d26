"""Rules on where functions run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, stack_rule
from policy.engine.values import is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

FUNCTION = "aws:lambda/function:Function"
PROXY = "aws:rds/proxy:Proxy"
RDS_CLUSTER = "aws:rds/cluster:Cluster"
RDS_INSTANCE = "aws:rds/instance:Instance"
REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
SERVERLESS_CACHE = "aws:elasticache/serverlessCache:ServerlessCache"
STORES = (RDS_CLUSTER, RDS_INSTANCE, PROXY, REPLICATION_GROUP, SERVERLESS_CACHE)
ADDRESSES = (
    "arn",
    "endpoint",
    "address",
    "readerEndpoint",
    "primaryEndpointAddress",
    "readerEndpointAddress",
    "configurationEndpointAddress",
)


@stack_rule(
    FUNCTION,
    RDS_CLUSTER,
    RDS_INSTANCE,
    PROXY,
    REPLICATION_GROUP,
    SERVERLESS_CACHE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why=(
        "A function outside the network reaches a store only where the store is open to others too."
    ),
    references=(
        "FSBP Lambda.3",
        "Config lambda-inside-vpc",
        "Checkov CKV_AWS_117",
    ),
)
def lambda_near_data_in_vpc(stack: Stack) -> Iterator[Finding]:
    """Functions that use a database or a cache must run in its network."""
    stores = stack.of(*STORES)
    for function in stack.of(FUNCTION):
        if not function.is_missing("vpcConfig.subnetIds"):
            continue
        used = [one for one in stores if _uses(stack, function, one)]
        if used:
            yield Finding(
                f"The function '{function.name}' must run in the network of '{used[0].name}', which"
                " its environment names: set vpc_config.subnet_ids.",
                function.urn,
            )


def _uses(stack: Stack, function: Resource, store: Resource) -> bool:
    if stack.joined(function, "environment", store):
        return True
    addresses = {one for key in ADDRESSES if isinstance(one := store.get(key), str) and one}
    variables = function.get("environment.variables")
    values = variables.values() if is_object(variables) else ()
    return any(isinstance(one, str) and one in addresses for one in values)
