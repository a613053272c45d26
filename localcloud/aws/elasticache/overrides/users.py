"""Users and user groups of Valkey and Redis OSS."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult

from localcloud.aws.elasticache.overrides import servers
from localcloud.aws.elasticache.overrides.records import (
    GROUP,
    SERVERLESS,
    USER,
    USER_GROUP,
    Record,
    asked,
    conflicting,
    find,
    forget,
    given,
    invalid,
    keep,
    listed,
    records,
    refused,
    require_new,
)
from localcloud.aws.elasticache.overrides.records import install as replace

ENGINES = ("valkey", "redis")
TYPES = {"iam": "iam", "password": "password", "no-password-required": "no-password"}
MIN_PASSWORD, MAX_PASSWORD = 16, 128


def install() -> None:
    """Replace moto's operations, and add those that it lacks."""
    replace(
        create_user, describe_users, modify_user, delete_user,
        create_user_group, describe_user_groups, modify_user_group, delete_user_group,
    )  # fmt: skip


def create_user(self: Any) -> ActionResult:
    """Create a user."""
    require_new(self, USER)
    members = given(self, "UserName", "AccessString")
    made = {"Engine": _engine(self), **members, **_authentication(self)}
    if made["Authentication"]["Type"] == "iam" and (
        self.params["UserId"] != made["UserName"] or made["UserName"] != made["UserName"].lower()
    ):
        raise conflicting("UserId and UserName of a user with IAM authentication must be the same.")
    made |= {"Status": "active", "MinimumEngineVersion": "6.0"}
    return ActionResult(_user(self, keep(self, USER, made)))


def _engine(self: Any) -> str:
    engine = str(self.params["Engine"]).lower()
    if engine not in ENGINES:
        raise invalid(f"Unknown engine {engine}: it must be one of {', '.join(ENGINES)}.")
    return engine


def _authentication(self: Any) -> Record:
    mode = given(self, "AuthenticationMode").get("AuthenticationMode") or {}
    passwords = mode.get("Passwords") or given(self, "Passwords").get("Passwords") or []
    if self.params.get("NoPasswordRequired"):
        mode = {"Type": "no-password-required"}
    kind = mode.get("Type") or ("password" if passwords else "")
    if kind not in TYPES:
        raise invalid("No password was provided: set NoPasswordRequired to create a user without.")
    if passwords and kind != "password":
        raise conflicting(f"Passwords cannot be given with the authentication type {kind}.")
    if any(not MIN_PASSWORD <= len(one) <= MAX_PASSWORD for one in passwords):
        raise invalid("Passwords length must be between 16-128 characters.")
    if kind == "password" and not passwords:
        raise invalid("No password was provided.")
    counted = {"PasswordCount": len(passwords)} if passwords else {}
    return {"Authentication": {"Type": TYPES[kind], **counted}, "Passwords": passwords}


def _user(self: Any, found: Record) -> Record:
    groups = records(self.elasticache_backend, USER_GROUP).values()
    return found | {
        "UserGroupIds": [one["UserGroupId"] for one in groups if found["UserId"] in one["UserIds"]]
    }


def describe_users(self: Any) -> ActionResult:
    """Return users."""
    return ActionResult({"Users": [_user(self, one) for one in listed(self, USER)]})


def modify_user(self: Any) -> ActionResult:
    """Change access and authentication."""
    found = asked(self, USER)
    found |= given(self, "AccessString")
    if added := self.params.get("AppendAccessString"):
        found["AccessString"] = f"{found['AccessString']} {added}"
    if self.params.get("Engine"):
        found["Engine"] = _engine(self)
    given_now = ("AuthenticationMode", "Passwords", "NoPasswordRequired")
    if any(self.params.get(name) is not None for name in given_now):
        found |= _authentication(self)
    servers.users_changed(self.elasticache_backend)
    return ActionResult(_user(self, found))


def delete_user(self: Any) -> ActionResult:
    """Delete a user, and remove it from its groups."""
    found = asked(self, USER)
    answer = _user(self, found) | {"Status": "deleting"}
    for group in records(self.elasticache_backend, USER_GROUP).values():
        group["UserIds"] = [one for one in group["UserIds"] if one != found["UserId"]]
    forget(self, USER, found)
    servers.users_changed(self.elasticache_backend)
    return ActionResult(answer)


def create_user_group(self: Any) -> ActionResult:
    """Create a user group."""
    require_new(self, USER_GROUP)
    engine, ids = _engine(self), list(self.params.get("UserIds") or [])
    _require_users(self, engine, ids)
    made = {"Engine": engine, "UserIds": ids, "Status": "active", "MinimumEngineVersion": "6.0"}
    return ActionResult(_group(self, keep(self, USER_GROUP, made)))


def _require_users(self: Any, engine: str, ids: list[str]) -> None:
    names = [find(self.elasticache_backend, USER, one)["UserName"] for one in ids]
    if len(set(names)) < len(names):
        raise refused("DuplicateUserName", "Two users of a group have the same name.")
    if engine == "redis" and "default" not in names:
        raise refused("DefaultUserRequired", "A group for Redis OSS needs a user named default.")


def _group(self: Any, found: Record) -> Record:
    backend, name = self.elasticache_backend, found["UserGroupId"]
    return found | {
        "ReplicationGroups": [
            one["ReplicationGroupId"]
            for one in records(backend, GROUP).values()
            if name in one["UserGroupIds"]
        ],
        "ServerlessCaches": [
            one["ServerlessCacheName"]
            for one in records(backend, SERVERLESS).values()
            if one.get("UserGroupId") == name
        ],
    }


def describe_user_groups(self: Any) -> ActionResult:
    """Return user groups."""
    return ActionResult({"UserGroups": [_group(self, one) for one in listed(self, USER_GROUP)]})


def modify_user_group(self: Any) -> ActionResult:
    """Add and remove users."""
    found = asked(self, USER_GROUP)
    removed = set(self.params.get("UserIdsToRemove") or [])
    added = list(self.params.get("UserIdsToAdd") or [])
    ids = [one for one in found["UserIds"] if one not in removed]
    ids += [one for one in added if one not in ids]
    engine = _engine(self) if self.params.get("Engine") else found["Engine"]
    _require_users(self, engine, ids)
    found |= {"UserIds": ids, "Engine": engine}
    servers.users_changed(self.elasticache_backend)
    return ActionResult(_group(self, found))


def delete_user_group(self: Any) -> ActionResult:
    """Delete a user group that no cache uses."""
    found = asked(self, USER_GROUP)
    answer = _group(self, found) | {"Status": "deleting"}
    if answer["ReplicationGroups"] or answer["ServerlessCaches"]:
        text = f"The user group {found['UserGroupId']} is used by a cache."
        raise refused("InvalidUserGroupState", text)
    forget(self, USER_GROUP, found)
    return ActionResult(answer)
