"""Rules on resources that hold data."""

from __future__ import annotations

from policy.engine.resource_types import (
    BACKUP_VAULT,
    COGNITO_USER_POOL,
    DYNAMODB_TABLE,
    EFS_FILE_SYSTEM,
    KINESIS_STREAM,
    KMS_KEY,
    MEMORYDB_CLUSTER,
    OPENSEARCH_DOMAIN,
    RDS_CLUSTER,
    RDS_INSTANCE,
    REDSHIFT_CLUSTER,
    REDSHIFT_SERVERLESS_NAMESPACE,
    S3_BUCKET,
)
from policy.engine.rule import Messages, Resource, classify, rule

DOCDB_CLUSTER = "aws:docdb/cluster:Cluster"
NEPTUNE_CLUSTER = "aws:neptune/cluster:Cluster"


@rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    DYNAMODB_TABLE,
    S3_BUCKET,
    EFS_FILE_SYSTEM,
    OPENSEARCH_DOMAIN,
    REDSHIFT_CLUSTER,
    REDSHIFT_SERVERLESS_NAMESPACE,
    KINESIS_STREAM,
    COGNITO_USER_POOL,
    KMS_KEY,
    BACKUP_VAULT,
    DOCDB_CLUSTER,
    NEPTUNE_CLUSTER,
    MEMORYDB_CLUSTER,
)
@classify("reliability", "resilience", "high", "mandatory", when="production")
def stateful_resource_protected(resource: Resource) -> Messages:
    """Stateful resources must be protected against deletion by a deployment.

    Renaming or removing a resource in the program deletes it and its data.
    """
    if not resource.options.protect:
        yield (
            f"The resource '{resource.name}' must be protected, because it holds data: set"
            " protect=True in its ResourceOptions."
        )
