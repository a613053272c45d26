"""Rules on workgroups that query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.remedy import inputs
from policy.engine.rule import Level, Severity, rule
from policy.engine.values import is_false, is_off

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

ATHENA_WORKGROUP = "aws:athena/workgroup:Workgroup"
RESULTS = "configuration.resultConfiguration.encryptionConfiguration.encryptionOption"
MANAGED = "configuration.managedQueryResultsConfiguration.enabled"


@rule(
    ATHENA_WORKGROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A result is a copy of the data, in a bucket that nobody thinks of.",
    references=(
        "FSBP Athena.1",
        "Config athena-workgroup-encrypted-at-rest",
        "Checkov CKV_AWS_159",
    ),
)
def athena_results_encrypted(workgroup: Resource) -> Iterator[str]:
    """Workgroups must encrypt the results of queries."""
    managed = workgroup.get(MANAGED)
    if workgroup.is_missing(RESULTS) and is_off(managed):
        yield (
            f"The workgroup '{workgroup.name}' must encrypt its results: set"
            " configuration.result_configuration.encryption_configuration.encryption_option."
        )


@rule(
    ATHENA_WORKGROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Otherwise each client chooses where results go, and whether they are encrypted.",
    references=(
        "Config athena-workgroup-enforce-workgroup-configuration",
        "Checkov CKV_AWS_82",
    ),
    remediation="Set configuration.enforce_workgroup_configuration to True.",
    remediate=lambda found: inputs(found, {"configuration.enforceWorkgroupConfiguration": True}),
)
def athena_settings_enforced(workgroup: Resource) -> Iterator[str]:
    """Workgroups must enforce their settings."""
    if is_false(workgroup.get("configuration.enforceWorkgroupConfiguration")):
        yield (
            f"The workgroup '{workgroup.name}' must enforce its settings: set"
            " configuration.enforce_workgroup_configuration=True."
        )
