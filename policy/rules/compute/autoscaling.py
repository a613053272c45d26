"""Rules on groups of machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

GROUP = "aws:autoscaling/group:Group"


@rule(
    GROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="AWS has retired launch configurations; they know neither tokens nor new machine types.",
    references=(
        "FSBP AutoScaling.9",
        "Config autoscaling-launch-template",
        "Checkov CKV_AWS_315",
    ),
)
def autoscaling_uses_launch_template(group: Resource) -> Iterator[str]:
    """Autoscaling groups must start from a launch template."""
    templates = ("launchTemplate", "mixedInstancesPolicy")
    missing = all(group.is_missing(path) for path in templates)
    if missing or not group.is_missing("launchConfiguration"):
        yield (
            f"The group '{group.name}' must start from a template: set launch_template and remove"
            " launch_configuration."
        )
