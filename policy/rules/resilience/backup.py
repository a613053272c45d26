"""Rules on what AWS Backup takes care of."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from policy.frame.rule import Finding, Level, Severity, stack_rule
from policy.frame.values import UNKNOWN, as_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource
    from policy.frame.stack import Stack

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
SELECTION = "aws:backup/selection:Selection"

_RESOURCE_TAG = "aws:ResourceTag/"
_KINDS = {INSTANCE: "db", CLUSTER: "cluster"}


@stack_rule(
    INSTANCE,
    CLUSTER,
    SELECTION,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Its own backups are in the same account, and gone with it; a plan copies them elsewhere.",
    references=(
        "FSBP RDS.26",
        "Config rds-in-backup-plan",
        "Config rds-resources-protected-by-backup-plan",
        "Checkov CKV2_AWS_8",
    ),
)
def rds_in_backup_plan(stack: Stack) -> Iterator[Finding]:
    """Databases must be in a backup plan."""
    selections = stack.of(SELECTION)
    for database in stack.of(INSTANCE, CLUSTER):
        if not database.is_missing("replicateSourceDb"):
            continue
        if not any(_selects(stack, one, database) for one in selections):
            text = (
                f"The database '{database.name}' must be in a backup plan: add its ARN to resources"
                " of a backup Selection, or a tag that its selection_tags select."
            )
            yield Finding(text, database.urn)


def _selects(stack: Stack, selection: Resource, database: Resource) -> bool:
    if stack.joined(selection, "resources", database) or stack.is_open(selection, "resources"):
        return True
    patterns = [one for one in as_list(selection.get("resources")) if isinstance(one, str)]
    if any(_may_match(one, database) for one in patterns):
        return True
    tags = selection.get("selectionTags")
    entries = as_list(tags)
    if tags is UNKNOWN or any(one is UNKNOWN or _has_tag(one, database) for one in entries):
        return True
    conditions = selection.get("conditions")
    found = [one for one in as_list(conditions) if is_object(one)]
    return conditions is UNKNOWN or any(_meets(one, database) for one in found)


def _may_match(pattern: str, database: Resource) -> bool:
    """Compare with the ARN, or, while that is not known, with its kind and name."""
    arn = database.get("arn")
    if pattern == "*" or (isinstance(arn, str) and fnmatchcase(arn, pattern)):
        return True
    if isinstance(arn, str):
        return False
    service, _, _, tail = (*pattern.split(":", 5)[2:], "", "", "", "")[:4]
    identifier = database.get("identifier") or database.get("clusterIdentifier")
    kind, _, name = tail.partition(":")
    of_kind = fnmatchcase("rds", service) and fnmatchcase(_KINDS[database.type], kind)
    return of_kind and (not isinstance(identifier, str) or fnmatchcase(identifier, name))


def _has_tag(entry: Any, database: Resource) -> bool:
    if not is_object(entry) or not isinstance(entry.get("key"), str):
        return False
    return database.tag(entry["key"]) in (entry.get("value"), UNKNOWN)


def _meets(conditions: dict[str, Any], database: Resource) -> bool:
    """Say whether *database* has the tags that all of *conditions* ask for."""
    tests = [
        (kind, one)
        for kind, several in conditions.items()
        for one in as_list(several)
        if is_object(one)
    ]
    return bool(tests) and all(_holds(kind, one, database) for kind, one in tests)


def _holds(kind: str, test: dict[str, Any], database: Resource) -> bool:
    key, wanted = test.get("key"), test.get("value")
    if not isinstance(key, str) or not isinstance(wanted, str):
        return True
    found = database.tag(key.removeprefix(_RESOURCE_TAG))
    if found is UNKNOWN:
        return True
    likes = isinstance(found, str) and (
        fnmatchcase(found, wanted) if kind.endswith("Likes") else found == wanted
    )
    return likes != ("Not" in kind)
