"""Rules on what image repositories keep without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, stack_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.stack import Stack

REPOSITORY = "aws:ecr/repository:Repository"
LIFECYCLE_POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"


@stack_rule(
    REPOSITORY,
    LIFECYCLE_POLICY,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Every build leaves an image behind, which is paid for long after the last task ran it.",
    references=("FSBP ECR.3", "Config ecr-private-lifecycle-policy-configured"),
)
def ecr_lifecycle_policy(stack: Stack) -> Iterator[Finding]:
    """Image repositories must say what becomes of old images."""
    for repository in stack.of(REPOSITORY):
        if stack.lacks(repository, "repository", LIFECYCLE_POLICY):
            text = (
                f"The repository '{repository.name}' must say what becomes of old images: add an"
                " aws.ecr.LifecyclePolicy with its name as repository."
            )
            yield Finding(text, repository.urn)
