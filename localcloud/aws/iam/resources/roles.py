"""IAM: roles and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.account import ACCOUNT
from localcloud.aws.iam.resources.policies import NAME, text
from localcloud.provider.documents import policy_failures
from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, Tagging, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import CheckFailure, Properties


def create_role(context: Context) -> str:
    """Create the role with its inline and managed policies."""
    op = Op(name="CreateRole", rename={"assumeRolePolicy": "AssumeRolePolicyDocument"})
    context.id = context.call_with_inputs(op)["Role"]["RoleName"]
    put_policies(context, context.inputs.get("inlinePolicies") or [], [])
    attach(context, context.inputs.get("managedPolicyArns") or [], [])
    return context.id


def change_role(context: Context) -> None:
    """Change what differs; each part has its own operation."""
    inputs, olds, changed = context.inputs, context.old_inputs, context.changed
    if "assumeRolePolicy" in changed:
        document = inputs["assumeRolePolicy"]
        context.call("UpdateAssumeRolePolicy", RoleName=context.id, PolicyDocument=document)
    if changed & {"description", "maxSessionDuration"}:
        seconds = inputs.get("maxSessionDuration", 3600)
        about = {"Description": inputs.get("description", ""), "MaxSessionDuration": seconds}
        context.call("UpdateRole", RoleName=context.id, **about)
    if "permissionsBoundary" in changed:
        boundary = inputs.get("permissionsBoundary")
        if boundary:
            members = {"RoleName": context.id, "PermissionsBoundary": boundary}
            context.call("PutRolePermissionsBoundary", **members)
        else:
            context.delete_if_exists("DeleteRolePermissionsBoundary", RoleName=context.id)
    if "inlinePolicies" in changed:
        put_policies(context, inputs.get("inlinePolicies") or [], olds.get("inlinePolicies") or [])
    if "managedPolicyArns" in changed:
        before = olds.get("managedPolicyArns") or []
        attach(context, inputs.get("managedPolicyArns") or [], before)


def put_policies(context: Context, new: list[Any], old: list[Any]) -> None:
    """Replace the inline policies *old* by *new*."""
    names = {policy["name"] for policy in new}
    for policy in old:
        if policy["name"] not in names:
            context.delete_if_exists(
                "DeleteRolePolicy", RoleName=context.id, PolicyName=policy["name"]
            )
    for policy in new:
        members = {"PolicyName": policy["name"], "PolicyDocument": policy["policy"]}
        context.call("PutRolePolicy", RoleName=context.id, **members)


def attach(context: Context, new: list[str], old: list[str]) -> None:
    """Replace the managed policies *old* by *new*."""
    for arn in set(old) - set(new):
        context.delete_if_exists("DetachRolePolicy", RoleName=context.id, PolicyArn=arn)
    for arn in new:
        context.call("AttachRolePolicy", RoleName=context.id, PolicyArn=arn)


def read_role(context: Context) -> Properties:
    """Return the role, with its trust policy as a string."""
    role = context.call("GetRole", RoleName=context.id)["Role"]
    boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    found = {
        **role,
        "AssumeRolePolicy": text(role["AssumeRolePolicyDocument"]),
        "PermissionsBoundary": boundary,
    }
    if context.importing or context.get("inlinePolicies") is not None:
        found["inlinePolicies"] = policies_of(context)
    if context.importing or context.get("managedPolicyArns") is not None:
        asked = context.call("ListAttachedRolePolicies", RoleName=context.id)
        found["managedPolicyArns"] = [item["PolicyArn"] for item in asked["AttachedPolicies"]]
    return found


def policies_of(context: Context) -> list[dict[str, str]]:
    """Return the inline policies of the role."""
    names = context.call("ListRolePolicies", RoleName=context.id)["PolicyNames"]
    role = {"RoleName": context.id}
    found = [context.call("GetRolePolicy", **role, PolicyName=name) for name in names]
    return [{"name": one["PolicyName"], "policy": text(one["PolicyDocument"])} for one in found]


def delete_role(context: Context) -> None:
    """Delete the role and this resource's policies; with `forceDetachPolicies`, all policies."""
    inline = [policy["name"] for policy in context.inputs.get("inlinePolicies") or []]
    managed = context.inputs.get("managedPolicyArns") or []
    if context.inputs.get("forceDetachPolicies"):
        inline = context.call("ListRolePolicies", RoleName=context.id)["PolicyNames"]
        found = context.call("ListAttachedRolePolicies", RoleName=context.id)["AttachedPolicies"]
        managed = [policy["PolicyArn"] for policy in found]
    for name in inline:
        context.delete_if_exists("DeleteRolePolicy", RoleName=context.id, PolicyName=name)
    for arn in managed:
        context.delete_if_exists("DetachRolePolicy", RoleName=context.id, PolicyArn=arn)
    context.call("DeleteRole", RoleName=context.id)


def check_role(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is invalid in the role's documents."""
    yield from policy_failures(inputs, "assumeRolePolicy", principal=True)


def enable_federation(context: Context) -> str:
    """Enable outbound web identity federation; the object is the account's."""
    context.call("EnableOutboundWebIdentityFederation")
    return context.account


def get_federation(context: Context) -> Properties:
    """Return the account's issuer of tokens; a made-up one in a preview of another account."""
    if context.account != ACCOUNT:
        issuer = f"https://{context.account}.tokens.sts.global.api.aws"
        return {"id": context.account, "issuerIdentifier": issuer}
    found = context.call("GetOutboundWebIdentityFederationInfo", "iam")
    return {"id": context.account, "issuerIdentifier": found["IssuerIdentifier"]}


FEDERATION = "aws:iam/getOutboundWebIdentityFederation:getOutboundWebIdentityFederation"
INVOKES = {FEDERATION: get_federation}

ROWS = (
    Row(
        type="aws:iam/outboundWebIdentityFederation:OutboundWebIdentityFederation",
        service="iam",
        inputs={},
        create=enable_federation,
        read=Op(name="GetOutboundWebIdentityFederationInfo"),
        delete=Op(name="DisableOutboundWebIdentityFederation"),
        not_found_codes="FeatureDisabled",
    ),
    Row(
        type="aws:iam/role:Role",
        service="iam",
        inputs={
            **each(UPDATE, "assumeRolePolicy inlinePolicies permissionsBoundary tags"),
            **each(UPDATE, "forceDetachPolicies", state_only=True),
            **each(REPLACE, "namePrefix"),
            "path": Input(REPLACE, default="/"),
            "maxSessionDuration": Input(UPDATE, default=3600, limit=Limit(3600, 43_200)),
            "description": Input(UPDATE, limit=Limit(max_length=1000)),
            "managedPolicyArns": Input(UPDATE, unordered=True),
            "name": Input(REPLACE, limit=Limit(max_length=64, pattern=NAME)),
        },
        name=Naming(max_length=64),
        create=create_role,
        read=read_role,
        outputs={"uniqueId": "RoleId", "arn": "Arn"},
        update=change_role,
        delete=delete_role,
        tags=Tagging(tag="TagRole", untag="UntagRole", keys={"RoleName": "id"}),
        check=check_role,
    ),
)
