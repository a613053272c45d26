"""Rules on functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

PERMISSION = "aws:lambda/permission:Permission"


@rule(
    PERMISSION,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A service principal without a source admits that service in every account of AWS.",
    references=("Checkov CKV_AWS_364",),
)
def lambda_permission_names_source(permission: Resource) -> Iterator[str]:
    """Permissions for AWS services must name the resource or account that may call."""
    principal = permission.get("principal")
    if not isinstance(principal, str) or not principal.endswith(".amazonaws.com"):
        return
    if permission.is_missing("sourceArn") and permission.is_missing("sourceAccount"):
        yield (
            f"The permission '{permission.name}' must name who calls through {principal}: set"
            " source_arn or source_account."
        )
