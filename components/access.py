"""IAM policies and roles, built from the statements that the owners of resources hand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

POLICY_VERSION = "2012-10-17"  # the language's current version, the only one with variables

Conditions = Mapping[str, Mapping[str, Any]]
"""Operator to condition key to value, as IAM writes them."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Actions that are allowed on named resources."""

    actions: Sequence[str]
    """What the holder may do."""

    resources: Sequence[pulumi.Input[str]]
    """What it may be done to."""

    conditions: Conditions | None = None
    """When it may be done; always if left out."""


def policy_document(statements: Sequence[Statement]) -> pulumi.Output[str]:
    """Return an identity policy that allows *statements*."""
    return document([_allow(statement) for statement in statements])


def document(statements: Sequence[Mapping[str, Any]]) -> pulumi.Output[str]:
    """Return *statements*, written as IAM writes them, as a policy."""
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
    """Return the policy by which *service* may assume a role, on behalf of *account_id* alone."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": service},
    }
    if account_id is not None:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account_id}}
    return document([statement])


def deny_plain_http(action: str, resources: Sequence[pulumi.Input[str]]) -> dict[str, Any]:
    """Return the statement of a resource policy that refuses requests without TLS."""
    return {
        "Sid": "DenyPlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def use_key(key_arn: pulumi.Input[str], *, encrypt: bool) -> Statement:
    """Return the permission to read with the key, and to write with it where *encrypt* says so."""
    actions = ["kms:Decrypt", "kms:GenerateDataKey"] if encrypt else ["kms:Decrypt"]
    return Statement(actions=actions, resources=[key_arn])


@dataclass(frozen=True, kw_only=True)
class RoleArgs:
    """Who assumes a role, and what it allows."""

    service: str
    """The AWS service that assumes the role."""

    description: str
    """What the role is for, as the console shows it."""

    statements: Sequence[Statement] = ()
    """What the role allows; nothing if empty."""

    account_id: pulumi.Input[str] | None = None
    """The account on whose behalf the service may assume the role."""

    tags: Mapping[str, str] | None = None
    """Tags on top of the provider's default ones."""


@dataclass(frozen=True, kw_only=True)
class MadeRole:
    """A role, and what has to exist before it can be relied on."""

    arn: pulumi.Output[str]
    """The role's ARN."""

    name: pulumi.Output[str]
    """The role's name."""

    ready: Sequence[pulumi.Resource]
    """The role and its policy, for `depends_on`."""


def make_role(name: str, args: RoleArgs, opts: pulumi.ResourceOptions) -> MadeRole:
    """Define the role *name* and its one policy."""
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
