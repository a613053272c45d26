"""Rules on Amazon MSK and MSK Connect."""

from __future__ import annotations

from policy.engine.requirement import require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, is_true

CLUSTER = "aws:msk/cluster:Cluster"
CONNECTOR = "aws:mskconnect/connector:Connector"
_DESTINATIONS = ("cloudwatchLogs", "firehose", "s3")


@require_value(CLUSTER, path="encryptionInfo.encryptionInTransit.inCluster", default=True)
@classify("security", "messaging", "medium", "mandatory")
def msk_brokers_use_tls() -> None:
    """Brokers of MSK clusters must use TLS among each other.

    Without TLS, replicated messages can be read in transit.

    References: FSBP MSK.1, Config msk-in-cluster-node-require-tls, Checkov CKV_AWS_81,
    cdk-nag AwsSolutions-MSK3
    """


@require_value(
    CLUSTER,
    path="encryptionInfo.encryptionInTransit.clientBroker",
    value="TLS",
    default="TLS",
)
@classify("security", "messaging", "medium", "mandatory")
def msk_clients_use_tls() -> None:
    """MSK clusters must require TLS of clients.

    Without TLS, messages and credentials can be read in transit.

    References: Checkov CKV_AWS_81, cdk-nag AwsSolutions-MSK2
    """


@require_value(
    CLUSTER,
    path="enhancedMonitoring",
    value=("PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION"),
    remediates=True,
)
@classify("audit", "observability", "low", "advisory")
def msk_enhanced_monitoring() -> None:
    """MSK clusters must have metrics of each topic.

    Metrics of the whole broker do not show which topic is slow or grows.

    References: Security Hub MSK.2, Config msk-enhanced-monitoring-enabled
    """


@require_value(CONNECTOR, path="kafkaClusterEncryptionInTransit.encryptionType", value="TLS")
@classify("security", "messaging", "medium", "mandatory")
def msk_connector_uses_tls() -> None:
    """MSK Connect connectors must use TLS.

    Without TLS, messages between connector and cluster can be read in transit.

    References: FSBP MSK.3
    """


@require_value(
    CLUSTER,
    path="brokerNodeGroupInfo.connectivityInfo.publicAccess.type",
    value="DISABLED",
    default="DISABLED",
)
@classify("security", "messaging", "critical", "mandatory")
def msk_not_public() -> None:
    """MSK clusters must not be publicly accessible.

    Anyone on the internet can connect to the brokers of a public cluster.

    References: FSBP MSK.4, Config msk-cluster-public-access-disabled, Checkov CKV_AWS_291
    """


@rule(CONNECTOR)
@classify("audit", "observability", "medium", "mandatory")
def msk_connector_logs(connector: Resource) -> Messages:
    """MSK Connect connectors must have logs.

    Without logs, failed connectors cannot be investigated.

    References: FSBP MSK.5, Config msk-connect-connector-logging-enabled
    """
    path = "logDelivery.workerLogDelivery"
    enabled = [connector.get(f"{path}.{one}.enabled") for one in _DESTINATIONS]
    if not any(one is UNKNOWN or is_true(one) for one in enabled):
        yield (
            f"The MSK Connect connector '{connector.name}' must have logs: set"
            " log_delivery.worker_log_delivery to cloudwatch_logs, firehose or s3 with"
            " enabled=True."
        )


@rule(CLUSTER)
@classify("security", "identity", "medium", "mandatory")
def msk_authenticated(cluster: Resource) -> Messages:
    """MSK clusters must authenticate clients.

    Any client that reaches an unauthenticated cluster can read and write every topic.

    References: FSBP MSK.6, Config msk-unrestricted-access-check
    """
    path = "clientAuthentication"
    by_sasl = [cluster.get(f"{path}.sasl.{one}") for one in ("iam", "scram")]
    has_mechanism = not cluster.is_missing(f"{path}.tls.certificateAuthorityArns") or any(
        one is UNKNOWN or is_true(one) for one in by_sasl
    )
    if not has_mechanism or is_true(cluster.get(f"{path}.unauthenticated")):
        yield (
            f"The MSK cluster '{cluster.name}' must authenticate clients: set"
            " client_authentication to sasl.iam=True, sasl.scram=True or"
            " tls.certificate_authority_arns, without unauthenticated=True."
        )
