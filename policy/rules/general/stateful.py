"""Rules on resources that hold data."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.rule import Messages, Resource, classify, rule


@rule(
    aws.RDS_INSTANCE,
    aws.RDS_CLUSTER,
    aws.DYNAMODB_TABLE,
    aws.S3_BUCKET,
    aws.EFS_FILE_SYSTEM,
    aws.OPENSEARCH_DOMAIN,
    aws.REDSHIFT_CLUSTER,
    aws.REDSHIFT_SERVERLESS_NAMESPACE,
    aws.KINESIS_STREAM,
    aws.COGNITO_USER_POOL,
    aws.KMS_KEY,
    aws.BACKUP_VAULT,
    aws.DOCDB_CLUSTER,
    aws.NEPTUNE_CLUSTER,
    aws.MEMORYDB_CLUSTER,
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
