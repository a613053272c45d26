"""Rules on distributions whose origin fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.rule import Level, Severity, When, rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


@rule(
    DISTRIBUTION,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.PRODUCTION,
    why="With one origin, everybody sees an error as soon as that origin has one.",
    references=(
        "FSBP CloudFront.4",
        "Config cloudfront-origin-failover-enabled",
        "Checkov CKV_AWS_310",
    ),
)
def cloudfront_origin_failover(distribution: Resource) -> Iterator[str]:
    """Distributions must have a second origin to turn to."""
    groups = distribution.get("originGroups")
    found = as_list(groups)
    if groups is UNKNOWN or any(one is UNKNOWN or _fails_over(one) for one in found):
        return
    yield (
        f"The distribution '{distribution.name}' must have a second origin: add to origin_groups a"
        " group with failover_criteria and two members."
    )


def _fails_over(group: Any) -> bool:
    if not is_object(group) or is_missing(group.get("failoverCriteria")):
        return False
    members = group.get("members")
    if members is UNKNOWN:
        return True
    origins = [one.get("originId") for one in as_list(members) if is_object(one)]
    known = {one for one in origins if isinstance(one, str)}
    is_open = len(origins) < len(as_list(members)) or UNKNOWN in origins
    return len(known) > 1 or is_open
