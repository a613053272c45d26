"""IAM: users, groups, memberships and access keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from localcloud.aws.iam.resources.policies import HOLDER, NAME
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

NAMED = Input(UPDATE, limit=Limit(max_length=64, pattern=NAME))
PATH = Limit(max_length=512, pattern=r"/|/[\x21-\x7e]+/")


def renaming(kind: str) -> Callable[[Context], None]:
    """Return the update of the name and the path of a *kind*: `User`."""

    def rename(context: Context) -> None:
        inputs, changed = context.inputs, context.changed
        members = {f"New{kind}Name": inputs["name"]} if "name" in changed else {}
        if "path" in changed:
            members["NewPath"] = inputs["path"]
        if members:
            context.call(f"Update{kind}", **{f"{kind}Name": context.olds["name"]}, **members)

    return rename


def change_user(context: Context) -> None:
    """Change the name, the path and the permissions boundary."""
    renaming("User")(context)
    name, boundary = context.inputs["name"], context.inputs.get("permissionsBoundary")
    if "permissionsBoundary" in context.changed and boundary:
        members = {"UserName": name, "PermissionsBoundary": boundary}
        context.call("PutUserPermissionsBoundary", **members)
    elif "permissionsBoundary" in context.changed:
        context.delete_if_exists("DeleteUserPermissionsBoundary", UserName=name)


def read_user(context: Context) -> Properties:
    """Return the user."""
    user = context.call("GetUser", UserName=context.get("name"))["User"]
    boundary = user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return {**user, "PermissionsBoundary": boundary}


def delete_user(context: Context) -> None:
    """Delete the user; with `forceDestroy`, the keys and passwords it was given elsewhere first."""
    name = {"UserName": context.get("name")}
    if context.get("forceDestroy"):
        for key in context.call("ListAccessKeys", **name)["AccessKeyMetadata"]:
            context.delete_if_exists("DeleteAccessKey", **name, AccessKeyId=key["AccessKeyId"])
        context.delete_if_exists("DeleteLoginProfile", **name)
    context.call("DeleteUser", **name)


def create_key(context: Context) -> str:
    """Create the key; IAM tells the secret only now."""
    found = context.call("CreateAccessKey", UserName=context.inputs["user"])["AccessKey"]
    context.id = found["AccessKeyId"]
    secret = found["SecretAccessKey"]
    context.olds |= {"secret": secret, "sesSmtpPasswordV4": smtp_password(secret, context.region)}
    if context.inputs.get("status") == "Inactive":
        change_key(context)
    return context.id


def smtp_password(secret: str, region: str) -> str:
    """Return the password for the SMTP interface of SES, which is made of the secret key."""
    signature = f"AWS4{secret}".encode()
    for part in ("11111111", region, "ses", "aws4_request", "SendRawEmail"):
        signature = hmac.new(signature, part.encode(), hashlib.sha256).digest()
    return base64.b64encode(b"\x04" + signature).decode()


def change_key(context: Context) -> None:
    """Activate or deactivate the key."""
    members = {"UserName": context.inputs["user"], "AccessKeyId": context.id}
    context.call("UpdateAccessKey", **members, Status=context.inputs["status"])


def read_key(context: Context) -> Properties | None:
    """Return the key without its secret."""
    user = context.get("user")
    if not user:
        found = context.call("GetAccessKeyLastUsed", AccessKeyId=context.id)
        user = found["UserName"]
    keys = context.call("ListAccessKeys", UserName=user)["AccessKeyMetadata"]
    found = next((key for key in keys if key["AccessKeyId"] == context.id), None)
    return {**found, "user": user} if found else None


def put_members(context: Context) -> str:
    """Add the users to the group and remove those that the program dropped."""
    wanted, old = set(context.inputs["users"]), set(context.old_inputs.get("users") or ())
    group = {"GroupName": context.inputs["group"]}
    for user in sorted(old - wanted):
        context.delete_if_exists("RemoveUserFromGroup", **group, UserName=user)
    for user in sorted(wanted):
        context.call("AddUserToGroup", **group, UserName=user)
    return context.inputs["name"]


def read_members(context: Context) -> Properties:
    """Return the users in the group."""
    group = context.get("group")
    users = context.call("GetGroup", GroupName=group)["Users"]
    return {"name": context.id, "group": group, "users": [user["UserName"] for user in users]}


def remove_members(context: Context) -> None:
    """Remove the users from the group."""
    for user in context.get("users") or ():
        context.delete_if_exists(
            "RemoveUserFromGroup", GroupName=context.get("group"), UserName=user
        )


def put_groups(context: Context) -> str:
    """Add the user to the groups and remove it from those that the program dropped."""
    wanted, old = set(context.inputs["groups"]), set(context.old_inputs.get("groups") or ())
    user = {"UserName": context.inputs["user"]}
    for group in sorted(old - wanted):
        context.delete_if_exists("RemoveUserFromGroup", **user, GroupName=group)
    for group in sorted(wanted):
        context.call("AddUserToGroup", **user, GroupName=group)
    return f"{user['UserName']}/{'/'.join(sorted(wanted))}"


def read_groups(context: Context) -> Properties | None:
    """Return those of the groups that the user is in."""
    user, stated = context.get("user"), context.get("groups") or ()
    found = context.call("ListGroupsForUser", UserName=user)["Groups"]
    now = [group["GroupName"] for group in found if group["GroupName"] in stated]
    return {"user": user, "groups": now} if now else None


def remove_groups(context: Context) -> None:
    """Remove the user from the groups."""
    for group in context.get("groups") or ():
        context.delete_if_exists(
            "RemoveUserFromGroup", UserName=context.get("user"), GroupName=group
        )


ROWS = (
    Row(
        type="aws:iam/user:User",
        service="iam",
        inputs={
            **each(UPDATE, "permissionsBoundary tags"),
            "forceDestroy": Input(UPDATE, state_only=True),
            "name": NAMED,
            "path": Input(UPDATE, default="/", limit=PATH),
        },
        name=Naming(max_length=64),
        create=Op(name="CreateUser", rename={"name": "UserName"}),
        id="User.UserName",
        read=read_user,
        update=change_user,
        delete=delete_user,
        from_id=lambda id_: {"name": id_},
        outputs={"arn": "Arn", "name": "UserName", "uniqueId": "UserId"},
        tags=Tagging(tag="TagUser", untag="UntagUser", keys={"UserName": "name"}),
        recomputed="arn",
    ),
    Row(
        type="aws:iam/group:Group",
        service="iam",
        inputs={
            "name": Input(UPDATE, limit=Limit(max_length=128, pattern=NAME)),
            "path": Input(UPDATE, default="/", limit=PATH),
        },
        name=Naming(max_length=128),
        create=Op(name="CreateGroup", rename={"name": "GroupName"}),
        id="Group.GroupName",
        read=Op(name="GetGroup", keys={"GroupName": "name"}, result="Group"),
        update=renaming("Group"),
        delete=Op(name="DeleteGroup", keys={"GroupName": "name"}),
        from_id=lambda id_: {"name": id_},
        outputs={"arn": "Arn", "name": "GroupName", "uniqueId": "GroupId"},
        recomputed="arn",
    ),
    Row(
        type="aws:iam/accessKey:AccessKey",
        service="iam",
        inputs={
            "pgpKey": Input(REPLACE, supported=False),
            "status": Input(UPDATE, default="Active", limit=Limit(one_of=("Active", "Inactive"))),
            "user": Input(REPLACE),
        },
        create=create_key,
        read=read_key,
        update=change_key,
        delete=Op(name="DeleteAccessKey", keys={"UserName": "user", "AccessKeyId": "id"}),
        secret_outputs="secret sesSmtpPasswordV4",  # noqa: S106 - names of outputs
    ),
    Row(
        type="aws:iam/groupMembership:GroupMembership",
        service="iam",
        inputs={
            "group": Input(REPLACE, limit=HOLDER),
            "name": Input(REPLACE),
            "users": Input(UPDATE, unordered=True),
        },
        name=Naming(),
        create=put_members,
        read=read_members,
        update=put_members,
        delete=remove_members,
        from_id=lambda id_: dict(zip(("id", "group"), id_.split("/", 1), strict=True)),
    ),
    Row(
        type="aws:iam/userGroupMembership:UserGroupMembership",
        service="iam",
        inputs={"user": Input(REPLACE, limit=HOLDER), "groups": Input(UPDATE, unordered=True)},
        create=put_groups,
        read=read_groups,
        update=put_groups,
        delete=remove_groups,
        from_id=lambda id_: {"user": id_.split("/")[0], "groups": id_.split("/")[1:]},
    ),
)
