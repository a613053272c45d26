"""Rules on required tags."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from policy.engine.rule import ANY_TYPE, Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, is_array, is_missing, is_object

_TAGS = ("tags", "tagsAll")
_TYPES = Path(__file__).with_name("taggable_types.txt")


@cache
def taggable_types() -> frozenset[str]:
    """Return the types with tags in the provider's SDK: "acm: Certificate" is one of them."""
    lines = (line.partition(": ") for line in _TYPES.read_text(encoding="utf-8").splitlines())
    return frozenset(
        f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"
        for module, _, names in lines
        for name in names.split()
    )


@rule(ANY_TYPE, params={"requiredTags": ["service", "environment", "owner", "cost-centre"]})
@classify("audit", "tags", "low", "advisory")
def required_tags(resource: Resource) -> Messages:
    """Resources must have tags for service, environment, owner and cost centre.

    Cost allocation, ownership and incident response rely on tags.

    References: Config required-tags
    """
    takes_tags = resource.type in taggable_types() or not resource.props.keys().isdisjoint(_TAGS)
    if not resource.type.startswith("aws:") or not takes_tags:
        return
    absent = [key for key in resource.params["requiredTags"] if is_missing(_tag(resource, key))]
    if absent:
        yield (
            f"The resource '{resource.name}' must have the tags {', '.join(absent)}: set them in"
            " tags or in the provider's default_tags."
        )


def _tag(resource: Resource, key: str) -> Any:
    """Return the value of the tag *key*, also from a list of key-value pairs (Auto Scaling)."""
    tags = resource.props.get("tags")
    for one in tags if is_array(tags) else []:
        if one is UNKNOWN:
            return UNKNOWN
        if is_object(one) and one.get("key") in (key, UNKNOWN):
            return one.get("value")
    return resource.tag(key)
