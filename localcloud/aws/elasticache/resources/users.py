"""ElastiCache: users and user groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.elasticache.resources.network import TAGS
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Op,
    Row,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

ENGINES = Limit(one_of=("valkey", "redis"))
ID = Limit(max_length=40, pattern="[A-Za-z](-?[A-Za-z0-9])*")
WAYS = ("authenticationMode", "passwords", "noPasswordRequired")
MODES = {"no-password": "no-password-required"}
"""Authentication type of answers -> of requests, where they differ."""


def authentication(context: Context) -> dict[str, Any]:
    """Return how the user authenticates, with AWS's names."""
    inputs = context.inputs
    if mode := inputs.get("authenticationMode"):
        passwords = {"Passwords": mode["passwords"]} if mode.get("passwords") else {}
        return {"AuthenticationMode": {"Type": mode["type"], **passwords}}
    if inputs.get("passwords"):
        return {"Passwords": inputs["passwords"]}
    return {"NoPasswordRequired": True} if inputs.get("noPasswordRequired") else {}


def change_user(context: Context) -> None:
    """Change access, engine and authentication."""
    members: dict[str, Any] = {}
    for key, member in (("accessString", "AccessString"), ("engine", "Engine")):
        if key in context.changed:
            members[member] = context.inputs[key]
    if context.changed & {*WAYS}:
        members |= authentication(context)
    if members:
        context.call("ModifyUser", UserId=context.id, **members)


def user_outputs(context: Context, found: Properties) -> Properties:
    """Return the authentication, with the passwords of the program, which AWS does not answer."""
    stated, answered = context.get("authenticationMode") or {}, found["Authentication"]
    mode: dict[str, Any] = {"type": MODES.get(answered["Type"], answered["Type"])}
    if "PasswordCount" in answered:
        mode["passwordCount"] = answered["PasswordCount"]
    if stated.get("passwords"):
        mode["passwords"] = stated["passwords"]
    outputs: dict[str, Any] = {"authenticationMode": mode}
    if context.get("noPasswordRequired") is not None:
        outputs["noPasswordRequired"] = answered["Type"] == "no-password"
    return outputs


def check_user(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ElastiCache's constraints on authentication."""
    ways = [key for key in WAYS if inputs.get(key)]
    if len(ways) > 1:
        yield CheckFailure(ways[1], f"conflicts with {ways[0]}: set one of them")
    mode = inputs.get("authenticationMode")
    if isinstance(mode, dict) and mode.get("type") == "iam":
        name, id_ = inputs.get("userName"), inputs.get("userId")
        if isinstance(name, str) and isinstance(id_, str) and (name != id_ or name != name.lower()):
            text = f"is {name!r}: with IAM authentication write userId ({id_}), in lower case"
            yield CheckFailure("userName", text)


USER = Row(
    type="aws:elasticache/user:User",
    service="elasticache",
    inputs={
        "accessString": Input(UPDATE),
        "authenticationMode": Input(UPDATE, write_only=True),  # its passwords
        "authenticationMode.passwordCount": Input(UPDATE, chosen_by_aws=True),
        "authenticationMode.type": Input(
            UPDATE, limit=Limit(one_of=("iam", "password", "no-password-required"))
        ),
        "engine": Input(UPDATE, limit=ENGINES),
        "noPasswordRequired": Input(UPDATE, write_only=True),  # it is in the mode
        "passwords": Input(UPDATE, secret=True, write_only=True, unordered=True),
        "passwordsWo": Input(UPDATE, supported=False),
        "passwordsWoVersion": Input(UPDATE, supported=False),
        "region": Input(REPLACE),
        "tags": Input(UPDATE),
        "userId": Input(REPLACE, limit=ID),
        "userName": Input(REPLACE, limit=Limit(max_length=120)),
    },
    create=Op(name="CreateUser"),
    id="UserId",
    read=Op(name="DescribeUsers", keys={"UserId": "id"}, result="Users[0]"),
    update=change_user,
    delete=Op(name="DeleteUser", keys={"UserId": "id"}),
    tags=TAGS,
    outputs={"arn": "ARN"},
    computed=user_outputs,
    check=check_user,
)


def change_group(context: Context) -> None:
    """Add and remove users."""
    old, new = (set(source.get("userIds") or ()) for source in (context.olds, context.inputs))
    members: dict[str, Any] = {}
    if "engine" in context.changed:
        members["Engine"] = context.inputs["engine"]
    if new - old:
        members["UserIdsToAdd"] = sorted(new - old)
    if old - new:
        members["UserIdsToRemove"] = sorted(old - new)
    if members:
        context.call("ModifyUserGroup", UserGroupId=context.id, **members)


USER_GROUP = Row(
    type="aws:elasticache/userGroup:UserGroup",
    service="elasticache",
    inputs={
        "engine": Input(UPDATE, limit=ENGINES),
        "region": Input(REPLACE),
        "tags": Input(UPDATE),
        "userGroupId": Input(REPLACE, limit=ID),
        "userIds": Input(UPDATE, unordered=True),
    },
    create=Op(name="CreateUserGroup"),
    id="UserGroupId",
    read=Op(name="DescribeUserGroups", keys={"UserGroupId": "id"}, result="UserGroups[0]"),
    update=change_group,
    delete=Op(name="DeleteUserGroup", keys={"UserGroupId": "id"}),
    tags=TAGS,
    outputs={"arn": "ARN"},
)

ROWS = (USER, USER_GROUP)
