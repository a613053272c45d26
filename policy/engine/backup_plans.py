"""Resources that the selection of a backup plan covers."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from policy.engine.values import UNKNOWN, as_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy.engine.resource import Resource
    from policy.engine.rule import Findings
    from policy.engine.stack import Stack

SELECTION = "aws:backup/selection:Selection"

_PARTS = 6
_RESOURCE_TAG = "aws:ResourceTag/"
_KINDS = {
    "aws:rds/instance:Instance": ("rds", "db:", "identifier"),
    "aws:rds/cluster:Cluster": ("rds", "cluster:", "clusterIdentifier"),
    "aws:dynamodb/table:Table": ("dynamodb", "table/", "name"),
    "aws:efs/fileSystem:FileSystem": ("elasticfilesystem", "file-system/", "id"),
    "aws:ebs/volume:Volume": ("ec2", "volume/", "id"),
}
"""Type -> service, prefix of the name in the ARN, and property with the name."""


def findings_outside_plans(stack: Stack, name: str, resources: Iterable[Resource]) -> Findings:
    """Yield a violation for each of *resources*, called *name*, that no backup plan covers."""
    selections = stack.of_type(SELECTION)
    for one in resources:
        if not any(covers(stack, selection, one) for selection in selections):
            yield one.finding(
                f"The {name} '{one.name}' must be in a backup plan: add its ARN to resources of an"
                " aws.backup.Selection, or a tag that its selection_tags match."
            )


def covers(stack: Stack, selection: Resource, database: Resource) -> bool:
    """Return whether *selection* covers, or may cover, *database*."""
    if stack.refers_to(selection, "resources", database) or stack.is_undetermined(
        selection, "resources"
    ):
        return True
    patterns = [one for one in as_list(selection.get("resources")) if isinstance(one, str)]
    if any(_may_match(one, database) for one in patterns):
        return True
    tags = selection.get("selectionTags")
    entries = as_list(tags)
    if tags is UNKNOWN or any(one is UNKNOWN or _has_tag(one, database) for one in entries):
        return True
    conditions = selection.get("conditions")
    entries = as_list(conditions)
    return conditions is UNKNOWN or any(
        one is UNKNOWN or (is_object(one) and _meets(one, database)) for one in entries
    )


def _may_match(pattern: str, database: Resource) -> bool:
    """Compare with the ARN, or with its service and name while the ARN is not known."""
    arn = database.get("arn")
    if pattern == "*" or (isinstance(arn, str) and fnmatchcase(arn, pattern)):
        return True
    if isinstance(arn, str):
        return False
    service, kind, where = _KINDS[database.type]
    parts = pattern.split(":", 5)
    tail = parts[-1] if len(parts) == _PARTS else ""
    name = database.get(where)
    if not isinstance(name, str):  # an unknown name may be the requested one
        name = tail.removeprefix(kind)
    partition, region, account = (parts[1], *parts[3:5]) if tail else ("aws", "-", "-")
    arn = f"arn:{partition}:{service}:{region}:{account}:{kind}{name}"
    return fnmatchcase(arn, pattern)


def _has_tag(entry: Any, database: Resource) -> bool:
    key = entry.get("key") if is_object(entry) else None
    if not isinstance(key, str):
        return key is UNKNOWN
    found, wanted = database.tag(key), entry.get("value")
    return found is not None and (UNKNOWN in (found, wanted) or found == wanted)


def _meets(conditions: dict[str, Any], database: Resource) -> bool:
    """Return whether the tags of *database* meet all of *conditions*."""
    tests = [
        (kind, one)
        for kind, several in conditions.items()
        for one in ([several] if several is UNKNOWN else as_list(several))
        if one is UNKNOWN or is_object(one)
    ]
    return bool(tests) and all(_holds(kind, one, database) for kind, one in tests)


def _holds(kind: str, test: Any, database: Resource) -> bool:
    key, wanted = (test.get("key"), test.get("value")) if is_object(test) else (UNKNOWN, UNKNOWN)
    if not isinstance(key, str) or not isinstance(wanted, str):
        return True
    found = database.tag(key.removeprefix(_RESOURCE_TAG))
    if found is UNKNOWN:
        return True
    likes = isinstance(found, str) and (
        fnmatchcase(found, wanted) if kind.endswith("Likes") else found == wanted
    )
    return likes != ("Not" in kind)
