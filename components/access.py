"""IAM policies and roles, built from the statements that components return for their resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

POLICY_VERSION = "2012-10-17"  # the language's current version, the only one with variables

Conditions = Mapping[str, Mapping[str, Any]]
"""Condition operator to condition key to value, in IAM's JSON form."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """An IAM statement that allows actions on resources."""

    actions: Sequence[str]
    """IAM actions."""

    resources: Sequence[pulumi.Input[str]]
    """ARNs of the resources."""

    conditions: Conditions | None = None
    """Condition block; none by default."""


def policy_document(statements: Sequence[Statement]) -> pulumi.Output[str]:
    """Return an identity-based policy document that allows *statements*."""
    return document([_allow(statement) for statement in statements])


def document(statements: Sequence[Mapping[str, Any]]) -> pulumi.Output[str]:
    """Return a policy document with *statements*, which are in IAM's JSON form."""
    return pulumi.Output.json_dumps({"Version": POLICY_VERSION, "Statement": list(statements)})


def _allow(statement: Statement) -> dict[str, Any]:
    allowed: dict[str, Any] = {
        "Effect": "Allow",
        "Action": list(statement.actions),
        "Resource": list(statement.resources),
    }
    if statement.conditions:
        allowed["Condition"] = {key: dict(value) for key, value in statement.conditions.items()}
    return allowed


def trust(service: str, account_id: pulumi.Input[str] | None = None) -> pulumi.Output[str]:
    """Return a trust policy for *service*, limited by `aws:SourceAccount` to *account_id*."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": service},
    }
    if account_id is not None:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account_id}}
    return document([statement])


def deny_plain_http(action: str, resources: Sequence[pulumi.Input[str]]) -> dict[str, Any]:
    """Return the statement of a resource-based policy that denies requests without TLS."""
    return {
        "Sid": "DenyPlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def use_key(key_arn: pulumi.Input[str], *, encrypt: bool) -> Statement:
    """Return the statement to decrypt with the key, and with *encrypt* to encrypt as well."""
    actions = ["kms:Decrypt", "kms:GenerateDataKey"] if encrypt else ["kms:Decrypt"]
    return Statement(actions=actions, resources=[key_arn])


@dataclass(frozen=True, kw_only=True)
class RoleArgs:
    """Trusted service and permissions of an IAM role."""

    service: str
    """Service principal that assumes the role."""

    description: str
    """Description of the role."""

    statements: Sequence[Statement] = ()
    """Statements of the role's inline policy; empty: no policy."""

    account_id: pulumi.Input[str] | None = None
    """Account in the trust policy's `aws:SourceAccount` condition."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


@dataclass(frozen=True, kw_only=True)
class MadeRole:
    """A role, and the resources that its users depend on."""

    arn: pulumi.Output[str]
    """ARN of the role."""

    name: pulumi.Output[str]
    """Name of the role."""

    ready: Sequence[pulumi.Resource]
    """The role and its policy, for `depends_on`."""


def make_role(name: str, args: RoleArgs, opts: pulumi.ResourceOptions) -> MadeRole:
    """Define the role *name* and its inline policy."""
    role = aws.iam.Role(
        name,
        assume_role_policy=trust(args.service, args.account_id),
        description=args.description,
        tags=args.tags,
        opts=opts,
    )
    ready: list[pulumi.Resource] = [role]
    if args.statements:
        policy = aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=policy_document(args.statements),
            opts=opts,
        )
        ready.append(policy)
    return MadeRole(arn=role.arn, name=role.name, ready=ready)
