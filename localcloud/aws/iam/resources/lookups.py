"""IAM: functions that look up roles, users, policies and what stands for a session."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from localcloud.aws.iam.resources import policies, profiles, roles, users
from localcloud.provider.lookups import LookupFailedError
from localcloud.provider.row_lookups import lookup, read

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Invoke, Properties

ROWS_OF = {row.type: row for module in (policies, profiles, roles, users) for row in module.ROWS}
ROLE = ROWS_OF["aws:iam/role:Role"]
USER = ROWS_OF["aws:iam/user:User"]
GROUP = ROWS_OF["aws:iam/group:Group"]
PROFILE = ROWS_OF["aws:iam/instanceProfile:InstanceProfile"]
PROVIDER = ROWS_OF["aws:iam/openIdConnectProvider:OpenIdConnectProvider"]
SESSION = re.compile(
    r"arn:(?P<partition>[^:]+):sts::(?P<account>\d+):assumed-role/(?P<role>[^/]+)/(?P<session>.+)"
)


def policy_arn(context: Context) -> str:
    """Return the ARN of the policy that the arguments name."""
    inputs = context.inputs
    if inputs.get("arn"):
        return inputs["arn"]
    pages = context.client("iam").get_paginator("list_policies")
    found = [
        policy["Arn"]
        for page in pages.paginate(PathPrefix=inputs.get("pathPrefix") or "/")
        for policy in page["Policies"]
        if policy["PolicyName"] == inputs.get("name")
    ]
    if len(found) != 1:
        raise LookupFailedError(f"{len(found)} IAM policies have the name {inputs.get('name')}")
    return found[0]


def provider_arn(context: Context) -> str:
    """Return the ARN of the identity provider with the URL."""
    inputs = context.inputs
    url = str(inputs.get("url") or "").removeprefix("https://")
    prefix = f"arn:{context.partition}:iam::{context.account}:oidc-provider/"
    return inputs.get("arn") or prefix + url


def group(context: Context) -> Properties:
    """Return a group and its users."""
    name = context.inputs["groupName"]
    found = read(GROUP, context, name)
    names = {"arn": "Arn", "path": "Path", "userId": "UserId", "userName": "UserName"}
    members = context.call("GetGroup", "iam", GroupName=name)["Users"]
    return {
        "id": found["uniqueId"],
        "arn": found["arn"],
        "groupId": found["uniqueId"],
        "groupName": name,
        "path": found["path"],
        "users": [{key: user[member] for key, member in names.items()} for user in members],
    }


def profile(context: Context) -> Properties:
    """Return an instance profile and its role."""
    name = context.inputs["name"]
    found = read(PROFILE, context, name)
    role: dict[str, Any] = read(ROLE, context, found["role"]) if found.get("role") else {}
    return {
        **{key: found.get(key) for key in ("arn", "createDate", "path")},
        "id": found["uniqueId"],
        "name": name,
        "roleArn": role.get("arn", ""),
        "roleId": role.get("uniqueId", ""),
        "roleName": role.get("name", ""),
    }


def session(context: Context) -> Properties:
    """Return the role of a session's ARN; other ARNs stand for themselves."""
    arn = context.inputs["arn"]
    answer = {"id": arn, "arn": arn, "issuerArn": arn, "issuerId": "", "issuerName": ""}
    found = SESSION.fullmatch(arn)
    if found is None:
        return {**answer, "sessionName": ""}
    role = read(ROLE, context, found["role"])
    return {
        **answer,
        "issuerArn": role["arn"],
        "issuerId": role["uniqueId"],
        "issuerName": found["role"],
        "sessionName": found["session"],
    }


LOOKUPS: dict[str, Invoke] = {
    **lookup(policies.POLICY, "iam/getPolicy", policy_arn),
    **lookup(ROLE, "iam/getRole", lambda context: context.inputs["name"]),
    **lookup(
        USER,
        "iam/getUser",
        lambda context: context.inputs["userName"],
        {"id": "uniqueId", "userId": "uniqueId"},
    ),
    **lookup(PROVIDER, "iam/getOpenIdConnectProvider", provider_arn),
    "aws:iam/getGroup:getGroup": group,
    "aws:iam/getInstanceProfile:getInstanceProfile": profile,
    "aws:iam/getSessionContext:getSessionContext": session,
}
