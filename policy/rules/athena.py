"""Rules on Athena workgroups and databases."""

from __future__ import annotations

from policy.engine.requirement import require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import is_not_true

WORKGROUP = "aws:athena/workgroup:Workgroup"
_METRICS = "configuration.publishCloudwatchMetricsEnabled"
RESULTS = "configuration.resultConfiguration.encryptionConfiguration.encryptionOption"
MANAGED = "configuration.managedQueryResultsConfiguration.enabled"


@require_value(
    WORKGROUP, path="configuration.publishCloudwatchMetricsEnabled", default=True, remediates=True
)
@classify("audit", "observability", "low", "advisory")
def athena_metrics_on() -> None:
    """Workgroups must publish metrics of queries.

    Athena charges by data scanned. Without metrics, expensive queries show up only on the bill.

    References: FSBP Athena.4, Config athena-workgroup-logging-enabled
    """


@rule(WORKGROUP)
@classify("security", "data", "medium", "mandatory")
def athena_results_encrypted(workgroup: Resource) -> Messages:
    """Workgroups must encrypt the results of queries.

    Query results are copies of the queried data, stored in S3.

    References: Config athena-workgroup-encrypted-at-rest, Checkov CKV_AWS_159
    """
    managed = workgroup.get(MANAGED)
    if workgroup.is_missing(RESULTS) and is_not_true(managed):
        yield (
            f"The workgroup '{workgroup.name}' must encrypt its results: set"
            " configuration.result_configuration.encryption_configuration.encryption_option."
        )


@require_value(
    WORKGROUP, path="configuration.enforceWorkgroupConfiguration", default=True, remediates=True
)
@classify("security", "data", "medium", "mandatory")
def athena_settings_enforced() -> None:
    """Workgroups must override the settings of clients.

    Otherwise clients can choose an unencrypted or unapproved location for their results.

    References: Config athena-workgroup-enforce-workgroup-configuration, Checkov CKV_AWS_82
    """


@rule(WORKGROUP)
@classify("architecture", "cost", "low", "advisory")
def athena_scan_limit(workgroup: Resource) -> Messages:
    """Workgroups must limit the data that one query scans.

    Athena charges by data scanned; one unfiltered query can scan the whole data set.
    """
    engine = workgroup.get("configuration.engineVersion.selectedEngineVersion")
    runs_spark = isinstance(engine, str) and "spark" in engine.lower()  # paid for by the hour
    if not runs_spark and workgroup.is_missing("configuration.bytesScannedCutoffPerQuery"):
        yield (
            f"The workgroup '{workgroup.name}' must limit the data that a query scans: set"
            " configuration.bytes_scanned_cutoff_per_query to 10485760 bytes or more."
        )
