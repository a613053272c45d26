"""Rules on Athena workgroups and databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.requirement import require_value
from policy.engine.rule import Concern, Level, Pack, Severity, rule
from policy.engine.values import is_not_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

WORKGROUP = "aws:athena/workgroup:Workgroup"
_METRICS = "configuration.publishCloudwatchMetricsEnabled"
RESULTS = "configuration.resultConfiguration.encryptionConfiguration.encryptionOption"
MANAGED = "configuration.managedQueryResultsConfiguration.enabled"


@require_value(
    WORKGROUP,
    path="configuration.publishCloudwatchMetricsEnabled",
    default=True,
    remediates=True,
    pack=Pack.AUDIT,
    concern=Concern.OBSERVABILITY,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why=(
        "Athena charges by data scanned. Without metrics, expensive queries show up only on the"
        " bill."
    ),
    references=("FSBP Athena.4", "Config athena-workgroup-logging-enabled"),
)
def athena_metrics_on() -> None:
    """Workgroups must publish metrics of queries."""


@rule(
    WORKGROUP,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Query results are copies of the queried data, stored in S3.",
    references=(
        "FSBP Athena.1",
        "Config athena-workgroup-encrypted-at-rest",
        "Checkov CKV_AWS_159",
    ),
)
def athena_results_encrypted(workgroup: Resource) -> Iterator[str]:
    """Workgroups must encrypt the results of queries."""
    managed = workgroup.get(MANAGED)
    if workgroup.is_missing(RESULTS) and is_not_true(managed):
        yield (
            f"The workgroup '{workgroup.name}' must encrypt its results: set"
            " configuration.result_configuration.encryption_configuration.encryption_option."
        )


@require_value(
    WORKGROUP,
    path="configuration.enforceWorkgroupConfiguration",
    default=True,
    remediates=True,
    pack=Pack.SECURITY,
    concern=Concern.DATA,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Otherwise clients can choose an unencrypted or unapproved location for their results.",
    references=("Config athena-workgroup-enforce-workgroup-configuration", "Checkov CKV_AWS_82"),
)
def athena_settings_enforced() -> None:
    """Workgroups must override the settings of clients."""


@rule(
    WORKGROUP,
    pack=Pack.ARCHITECTURE,
    concern=Concern.COST,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Athena charges by data scanned; one unfiltered query can scan the whole data set.",
)
def athena_scan_limit(workgroup: Resource) -> Iterator[str]:
    """Workgroups must limit the data that one query scans."""
    engine = workgroup.get("configuration.engineVersion.selectedEngineVersion")
    runs_spark = isinstance(engine, str) and "spark" in engine.lower()  # paid for by the hour
    if not runs_spark and workgroup.is_missing("configuration.bytesScannedCutoffPerQuery"):
        yield (
            f"The workgroup '{workgroup.name}' must limit the data that a query scans: set"
            " configuration.bytes_scanned_cutoff_per_query to 10485760 bytes or more."
        )
