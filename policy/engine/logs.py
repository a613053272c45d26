"""Retention of log groups, and log publishing of OpenSearch domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.values import UNKNOWN, is_array, is_false, is_object, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy.engine.resource import Resource


def has_retention(group: Resource) -> bool | None:
    """Return whether the log group has a retention; None while not known."""
    days = group.get("retentionInDays")
    return None if days is UNKNOWN else (number(days) or 0) > 0


def named_group_has_retention(name: str, groups: Iterable[Resource]) -> bool | None:
    """Return whether one of *groups* has *name* and a retention.

    Also True while the retention is not known; None if no group has the name.
    """
    found = [group for group in groups if group.get("name") == name]
    return any(has_retention(group) is not False for group in found) if found else None


def publishes(domain: Resource, kind: str) -> bool:
    """Return whether the OpenSearch domain publishes, or may publish, logs of *kind*."""
    options = domain.get("logPublishingOptions")
    if options is UNKNOWN:
        return True
    for one in options if is_array(options) else [options]:
        if one is UNKNOWN:
            return True
        if is_object(one) and one.get("logType") in (kind, UNKNOWN):
            return not is_false(one.get("enabled"))
    return False
