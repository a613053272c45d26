"""Rules on actions that IAM policies allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.iam import PROBE, Statement, covers
from policy.engine.rule import Messages, Resource, classify, rule
from policy.rules.iam.policies import POLICY_TYPES, allowed, has_no_resource

if TYPE_CHECKING:
    from collections.abc import Iterable


_STORES = {
    "cognito-identity": ("cognito-identity", f"identitypool/{PROBE}"),
    "dynamodb": ("dynamodb", f"table/{PROBE}"),
    "iam": ("iam", f"user/{PROBE}"),
    "kinesis": ("kinesis", f"stream/{PROBE}"),
    "rds-data": ("rds", f"cluster:{PROBE}"),
    "rds-db": ("rds-db", f"dbuser:{PROBE}/{PROBE}"),
    "redshift": ("redshift", f"dbuser:{PROBE}/{PROBE}"),
    "s3": ("s3", f"{PROBE}/{PROBE}"),
    "secretsmanager": ("secretsmanager", f"secret:{PROBE}"),
    "sqs": ("sqs", PROBE),
    "ssm": ("ssm", f"parameter/{PROBE}"),
    "sts": ("iam", f"role/{PROBE}"),
}
"""Service of an action -> service in the ARN of its resource, and the rest of such an ARN."""
WHOLE_KINDS = ("role", "user", "policy")
ESCALATING = [
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PassRole",
    "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "sts:AssumeRole",
]
DECRYPTING = ("kms:Decrypt", "kms:ReEncryptFrom")


@rule(*POLICY_TYPES, params={"actions": ESCALATING})
@classify("security", "identity", "high", "mandatory")
def iam_no_privilege_escalation(policy: Resource) -> Messages:
    """IAM policies must not allow privilege escalation.

    A principal that can change its own permissions can become an administrator.

    References: Checkov CKV_AWS_286, Checkov CKV_AWS_110
    """
    for statement in allowed(policy):
        if statement.is_conditional or not (
            statement.covers_every_resource or _covers_every_identity(statement)
        ):
            continue
        given = _given(statement, policy.params["actions"])
        if given:
            yield (
                f"The policy '{policy.name}' must not allow {_listed(given)} on every resource:"
                " name the roles or functions as Resource in policy, or add a Condition."
            )


@rule(
    *POLICY_TYPES,
    params={
        "credentialActions": [
            "cognito-identity:GetCredentialsForIdentity",
            "ecr:GetAuthorizationToken",
            "iam:CreateAccessKey",
            "iam:CreateLoginProfile",
            "iam:CreateServiceSpecificCredential",
            "iam:ResetServiceSpecificCredential",
            "iam:UpdateAccessKey",
            "rds-db:connect",
            "redshift:GetClusterCredentials",
            "sts:AssumeRole",
            "sts:GetFederationToken",
        ],
        "dataActions": [
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:PartiQLSelect",
            "dynamodb:Query",
            "dynamodb:Scan",
            "kinesis:GetRecords",
            "rds-data:BatchExecuteStatement",
            "rds-data:ExecuteStatement",
            "s3:GetObject",
            "s3:GetObjectVersion",
            "secretsmanager:GetSecretValue",
            "sqs:ReceiveMessage",
            "ssm:GetParameter",
            "ssm:GetParameterHistory",
            "ssm:GetParameters",
            "ssm:GetParametersByPath",
        ],
    },
)
@classify("security", "identity", "high", "mandatory")
def iam_no_credential_or_data_exposure(policy: Resource) -> Messages:
    """IAM policies must not allow credentials or data of every resource to be read.

    One such statement gives access to all secrets or data, or to another principal's credentials.

    References: Checkov CKV_AWS_287, Checkov CKV_AWS_288, Checkov CKV_AWS_107, Checkov CKV_AWS_108
    """
    listed = [*policy.params["credentialActions"], *policy.params["dataActions"]]
    wanted = [action for action in listed if not has_no_resource(action)]
    for statement in allowed(policy):
        if statement.is_conditional:
            continue
        given = [one for one in _given(statement, wanted) if _covering(statement, one)]
        if given:
            yield (
                f"The policy '{policy.name}' must not allow {_listed(given)} on every resource:"
                f' replace Resource "{_covering(statement, given[0])}" in policy with ARNs.'
            )


def _covering(statement: Statement, action: str) -> str | None:
    """Return the resource of *statement* that covers all that *action* can read, if any."""
    if statement.covers_every_resource:
        return "*"
    service, probe = _STORES.get(action.partition(":")[0], ("", ""))
    return next((one for one in statement.resources if covers(one, probe, service)), None)


@rule(
    *POLICY_TYPES,
    params={
        "verbs": [
            "Add",
            "Attach",
            "Authorize",
            "Create",
            "Delete",
            "Detach",
            "Disable",
            "Modify",
            "Put",
            "Remove",
            "Revoke",
            "Set",
            "Tag",
            "Terminate",
            "Untag",
            "Update",
            "Write",
        ]
    },
)
@classify("security", "identity", "medium", "advisory")
def iam_no_unconstrained_writes(policy: Resource) -> Messages:
    """IAM policies must name the resources that they allow to be changed.

    A write permission on all resources also covers resources created later.

    References: Checkov CKV_AWS_289, Checkov CKV_AWS_290, Checkov CKV_AWS_109, Checkov CKV_AWS_111
    """
    verbs = tuple(str(one).lower() for one in policy.params["verbs"])
    for statement in allowed(policy):
        if statement.is_conditional or not statement.covers_every_resource:
            continue
        writes = [action for action in statement.actions if _writes(action, verbs)]
        if writes:
            yield (
                f"The policy '{policy.name}' must name what {_listed(writes)} may change: replace"
                ' Resource "*" in policy with ARNs.'
            )


@rule(*POLICY_TYPES)
@classify("security", "identity", "medium", "advisory")
def iam_no_decrypt_on_all_keys(policy: Resource) -> Messages:
    """IAM policies must name the keys that they allow to decrypt with.

    A principal that can decrypt with every key can read all data encrypted in the account.

    References: FSBP KMS.1 (iam/policy),
    FSBP KMS.2 (iam/rolePolicy iam/userPolicy iam/groupPolicy iam/role),
    Config iam-customer-policy-blocked-kms-actions, Config iam-inline-policy-blocked-kms-actions
    """
    for statement in allowed(policy):
        if statement.is_restricted_by(["kms:ViaService", "kms:ResourceAliases"]):
            continue
        given = _given(statement, DECRYPTING)
        if given and (statement.covers_every_resource or _covers_all_keys(statement)):
            yield (
                f"The policy '{policy.name}' must name the keys for {_listed(given)}: replace the"
                " Resource in policy with the ARNs of keys."
            )


def _given(statement: Statement, actions: Iterable[str]) -> list[str]:
    return [action for action in actions if statement.allows_action(action)]


def _covers_every_identity(statement: Statement) -> bool:
    """Return whether a resource of *statement* covers all roles, users or policies."""
    return any(
        covers(resource, f"{kind}/{PROBE}", service="iam")
        for resource in statement.resources
        for kind in WHOLE_KINDS
    )


def _covers_all_keys(statement: Statement) -> bool:
    return any(covers(resource, f"key/{PROBE}", service="kms") for resource in statement.resources)


def _writes(action: str, verbs: tuple[str, ...]) -> bool:
    verb = action.partition(":")[2].lower()
    return verb.startswith(verbs) and not has_no_resource(action)


def _listed(actions: list[str]) -> str:
    return ", ".join(actions[:3]) + (" and more" if len(actions) > 3 else "")  # noqa: PLR2004
