"""Rules on resources that hold data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Concern, Level, Pack, Severity, When, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
TABLE = "aws:dynamodb/table:Table"
BUCKET = "aws:s3/bucket:Bucket"
FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
DOMAIN = "aws:opensearch/domain:Domain"
REDSHIFT_CLUSTER = "aws:redshift/cluster:Cluster"
NAMESPACE = "aws:redshiftserverless/namespace:Namespace"
STREAM = "aws:kinesis/stream:Stream"
USER_POOL = "aws:cognito/userPool:UserPool"
KEY = "aws:kms/key:Key"
VAULT = "aws:backup/vault:Vault"
DOCDB_CLUSTER = "aws:docdb/cluster:Cluster"
NEPTUNE_CLUSTER = "aws:neptune/cluster:Cluster"
MEMORYDB_CLUSTER = "aws:memorydb/cluster:Cluster"


@rule(
    INSTANCE,
    CLUSTER,
    TABLE,
    BUCKET,
    FILE_SYSTEM,
    DOMAIN,
    REDSHIFT_CLUSTER,
    NAMESPACE,
    STREAM,
    USER_POOL,
    KEY,
    VAULT,
    DOCDB_CLUSTER,
    NEPTUNE_CLUSTER,
    MEMORYDB_CLUSTER,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    when=When.PRODUCTION,
    why="A renamed resource is a deleted one, and with it goes what it held.",
)
def stateful_resource_protected(resource: Resource) -> Iterator[str]:
    """Resources that hold data must be protected against deletion by a deployment."""
    if not resource.options.protect:
        yield (
            f"The resource '{resource.name}' must be protected, because it holds data: set"
            " protect=True in its ResourceOptions."
        )
