"""Rules on DAX clusters."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.requirement import require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, number


@require_value(aws.DAX_CLUSTER, path="serverSideEncryption.enabled")
@classify("security", "data", "medium", "mandatory")
def dax_encrypted() -> None:
    """DAX clusters must be encrypted at rest.

    The cache stores copies of table data on disk.

    References: FSBP DynamoDB.3, Config dax-encryption-enabled, Checkov CKV_AWS_47,
    cdk-nag AwsSolutions-DDB4
    """


@require_value(aws.DAX_CLUSTER, path="clusterEndpointEncryptionType", value="TLS")
@classify("security", "data", "medium", "mandatory")
def dax_endpoint_tls() -> None:
    """DAX clusters must accept TLS connections only.

    Without TLS, traffic between the service and the cache can be read in transit.

    References: FSBP DynamoDB.7, Config dax-tls-endpoint-encryption, Checkov CKV_AWS_239
    """


@rule(aws.DAX_CLUSTER, params={"minNodes": 3})
@classify("reliability", "resilience", "low", "advisory", when="production")
def dax_three_nodes(cluster: Resource) -> Messages:
    """DAX clusters must have three nodes or more.

    With fewer than three nodes, a node failure sends the cached load to the table.
    """
    count, least = cluster.get("replicationFactor"), cluster.params["minNodes"]
    if count is not UNKNOWN and (number(count) or 0) < least:
        yield (
            f"The DAX cluster '{cluster.name}' must tolerate a node failure: set replication_factor"
            f" to {least:.0f} or more."
        )
