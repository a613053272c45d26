"""Rules on what is measured of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.remedy import inputs
from policy.engine.rule import Level, Severity, rule
from policy.engine.values import is_false

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

WORKGROUP = "aws:athena/workgroup:Workgroup"

_METRICS = "configuration.publishCloudwatchMetricsEnabled"


@rule(
    WORKGROUP,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Queries are paid by what they read; without metrics the bill is the first to tell.",
    references=("FSBP Athena.4", "Config athena-workgroup-logging-enabled"),
    remediation="Set configuration.publish_cloudwatch_metrics_enabled to True.",
    remediate=lambda workgroup: inputs(workgroup, {_METRICS: True}),
)
def athena_metrics_on(workgroup: Resource) -> Iterator[str]:
    """Workgroups must measure their queries."""
    if is_false(workgroup.get(_METRICS)):
        yield (
            f"The workgroup '{workgroup.name}' must measure its queries: set"
            " configuration.publish_cloudwatch_metrics_enabled=True."
        )
