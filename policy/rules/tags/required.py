"""Rules on the tags that every resource carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import ANY_TYPE, Level, Severity, rule
from policy.frame.values import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource


@rule(
    ANY_TYPE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Cost, owners and incidents are found by tags; what has none belongs to nobody.",
    params={"requiredTags": ["service", "environment", "owner", "cost-centre"]},
    references=("Config required-tags",),
)
def required_tags(resource: Resource) -> Iterator[str]:
    """Resources must say which service, environment, owner and cost centre they belong to."""
    takes_tags = "tags" in resource.props or "tagsAll" in resource.props
    if not resource.type.startswith("aws:") or not takes_tags:
        return
    absent = [key for key in resource.params["requiredTags"] if is_missing(resource.tag(key))]
    if absent:
        yield (
            f"The resource '{resource.name}' must carry the tags {', '.join(absent)}: set them in"
            " tags or in the provider's default_tags."
        )
