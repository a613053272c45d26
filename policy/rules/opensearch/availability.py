"""Rules on nodes and zones of OpenSearch domains."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.requirement import require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, is_true, number


@rule(aws.OPENSEARCH_DOMAIN, aws.ELASTICSEARCH_DOMAIN, params={"minNodes": 3})
@classify("reliability", "resilience", "medium", "mandatory", when="production")
def opensearch_three_data_nodes(domain: Resource) -> Messages:
    """OpenSearch domains must have three data nodes or more.

    With fewer than three data nodes, a node failure can lose shards or the quorum.

    References: FSBP OpenSearch.6 (opensearch/domain), FSBP ES.6 (elasticsearch/domain),
    Config opensearch-data-node-fault-tolerance
    """
    count, least = domain.get("clusterConfig.instanceCount"), domain.params["minNodes"]
    if count is not UNKNOWN and (number(count) or 1) < least:
        yield (
            f"The OpenSearch domain '{domain.name}' must tolerate a node failure: set"
            f" cluster_config.instance_count to {least:.0f} or more."
        )


@rule(aws.OPENSEARCH_DOMAIN, aws.ELASTICSEARCH_DOMAIN, params={"minMasters": 3})
@classify("reliability", "resilience", "medium", "mandatory", when="production")
def opensearch_dedicated_masters(domain: Resource) -> Messages:
    """OpenSearch domains must have dedicated master nodes.

    Without dedicated master nodes, load on data nodes can make the cluster unstable.

    References: Security Hub OpenSearch.11 (opensearch/domain), FSBP ES.7 (elasticsearch/domain),
    Config opensearch-primary-node-fault-tolerance, Checkov CKV_AWS_318, Checkov CKV2_AWS_59,
    cdk-nag AwsSolutions-OS4
    """
    enabled = domain.get("clusterConfig.dedicatedMasterEnabled")
    count, least = domain.get("clusterConfig.dedicatedMasterCount"), domain.params["minMasters"]
    is_on = enabled is UNKNOWN or is_true(enabled)
    if not is_on or (count is not UNKNOWN and (number(count) or 0) < least):
        yield (
            f"The OpenSearch domain '{domain.name}' must have dedicated master nodes: set"
            " cluster_config.dedicated_master_enabled=True and dedicated_master_count to"
            f" {least:.0f} or more."
        )


@rule(aws.OPENSEARCH_DOMAIN, aws.ELASTICSEARCH_DOMAIN)
@classify("reliability", "resilience", "medium", "mandatory", when="production")
def opensearch_zone_awareness(domain: Resource) -> Messages:
    """OpenSearch domains must use several Availability Zones.

    An outage of the only Availability Zone takes down the domain.

    References: FSBP OpenSearch.6 (opensearch/domain), FSBP ES.6 (elasticsearch/domain),
    cdk-nag AwsSolutions-OS7
    """
    found = [
        domain.get(f"clusterConfig.{one}")
        for one in ("zoneAwarenessEnabled", "multiAzWithStandbyEnabled")
    ]
    if not any(one is UNKNOWN or is_true(one) for one in found):
        yield (
            f"The OpenSearch domain '{domain.name}' must use several Availability Zones: set"
            " cluster_config.zone_awareness_enabled=True."
        )


@require_value(
    aws.OPENSEARCH_DOMAIN,
    path="softwareUpdateOptions.autoSoftwareUpdateEnabled",
    remediates=True,
)
@classify("security", "data", "low", "advisory")
def opensearch_software_updates() -> None:
    """OpenSearch domains must install service software updates automatically.

    Service software updates contain security fixes; optional ones wait to be installed otherwise.

    References: FSBP OpenSearch.10, Config opensearch-update-check
    """
