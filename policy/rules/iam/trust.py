"""Rules on trust policies of IAM roles."""

from __future__ import annotations

import re

from policy.engine import resource_types as aws
from policy.engine.iam import Statement, allow_statements
from policy.engine.rule import Messages, Resource, classify, rule

OIDC = re.compile(r":oidc-provider/(?P<url>.+)$")
GITHUB = "token.actions.githubusercontent.com"
GITHUB_SUBJECT = re.compile(r"repo:[^/:*?]+/[^/:*?]+:")
TESTS = re.compile(r"(?i)(foranyvalue:)?(stringequals|stringlike)")
SUBJECTS = ("aud", "sub")
SOURCES = ("aws:SourceAccount", "aws:SourceArn")


@rule(aws.IAM_ROLE)
@classify("security", "identity", "high", "mandatory")
def iam_oidc_trust_pinned(role: Resource) -> Messages:
    """Roles for an OIDC provider must restrict the subjects and audiences of tokens.

    Without a condition on the subject, every identity of the provider can assume the role.

    References: Checkov CKV_AWS_358, Checkov CKV_AWS_393
    """
    for statement in allow_statements([role.get("assumeRolePolicy")]):
        for kind, principal in statement.principals:
            found = OIDC.search(principal) if kind == "Federated" else None
            missing = _unpinned(statement, found["url"]) if found else None
            if missing:
                yield (
                    f"The role '{role.name}' must restrict the tokens that it trusts: add a"
                    f" StringEquals condition on {missing} to assume_role_policy."
                )


@rule(
    aws.IAM_ROLE,
    params={
        "services": [
            "ecs-tasks.amazonaws.com",
            "events.amazonaws.com",
            "logs.amazonaws.com",
            "pipes.amazonaws.com",
            "scheduler.amazonaws.com",
            "states.amazonaws.com",
            "vpc-flow-logs.amazonaws.com",
        ]
    },
)
@classify("security", "identity", "medium", "advisory")
def iam_trust_confused_deputy(role: Resource) -> Messages:
    """Roles for AWS services must name the account or resource that the service acts for.

    Without a source condition, another AWS account can make the service assume the role (confused
    deputy).
    """
    services = role.params["services"]
    for statement in allow_statements([role.get("assumeRolePolicy")]):
        acting = [
            name for kind, name in statement.principals if kind == "Service" and name in services
        ]
        if acting and not statement.is_restricted_by(SOURCES):
            yield (
                f"The role '{role.name}' must name the account or resource that {acting[0]} acts"
                " for: add a condition on aws:SourceAccount or aws:SourceArn to assume_role_policy."
            )


def _unpinned(statement: Statement, url: str) -> str | None:
    """Return the condition key of the provider at *url* that *statement* lacks, if any."""
    for claim in SUBJECTS:
        key = f"{url}:{claim}"
        values = [
            value
            for operator, tested, listed in statement.conditions
            if tested == key.lower() and TESTS.fullmatch(operator)
            for value in listed
        ]
        github = claim == "sub" and url == GITHUB
        if not values or any(not _is_pinned(value, github=github) for value in values):
            return key
    return None


def _is_pinned(value: str, *, github: bool) -> bool:
    if value.startswith(("*", "?")) or not value:
        return False
    return not github or GITHUB_SUBJECT.match(value) is not None
