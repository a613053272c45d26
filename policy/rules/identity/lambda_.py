"""Rules on what functions are allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, stack_rule
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

FUNCTION = "aws:lambda/function:Function"


@stack_rule(
    FUNCTION,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A shared role gives each function what any of them needs.",
    params={"sharedRoleComponents": []},
)
def lambda_role_not_shared(stack: Stack) -> Iterator[Finding]:
    """Functions must have a role of their own."""
    owners: dict[str, Resource] = {}
    for function in stack.of(FUNCTION):
        role = _role(stack, function)
        owner = owners.setdefault(role, function) if role else function
        if owner is not function and not _may_share(stack, owner, function):
            yield Finding(
                f"The function '{function.name}' must have a role of its own: set role to another"
                f" one than that of '{owner.name}'.",
                function.urn,
            )


def _role(stack: Stack, function: Resource) -> str:
    """Return what tells the role of *function* from others, or an empty text."""
    role = function.get("role")
    if isinstance(role, str):
        return role
    origins = stack.property_dependencies.get(function.urn, {}).get("role", [])
    return origins[0] if role is UNKNOWN and len(origins) == 1 else ""


def _may_share(stack: Stack, one: Resource, other: Resource) -> bool:
    parent = one.options.parent
    typ = parent.split("::")[2].rpartition("$")[2] if parent.count("::") > 1 else ""
    return parent == other.options.parent and typ in stack.params["sharedRoleComponents"]
