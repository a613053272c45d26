"""Rules on users that have to survive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, When, rule
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

USER_POOL = "aws:cognito/userPool:UserPool"


@rule(
    USER_POOL,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    when=When.PRODUCTION,
    why="A pool that is deleted by mistake takes every user's password with it, for ever.",
    references=("Config cognito-user-pool-deletion-protection-enabled",),
    remediation='Set deletion_protection to "ACTIVE".',
    remediate=lambda _: {"deletionProtection": "ACTIVE"},
)
def cognito_deletion_protection(pool: Resource) -> Iterator[str]:
    """User pools must be protected against deletion."""
    if pool.get("deletionProtection") not in ("ACTIVE", UNKNOWN):
        yield f"The user pool '{pool.name}' must be protected: set deletion_protection=\"ACTIVE\"."
