"""Examples of users, groups, keys, instance profiles and identity providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.iam import GROUP, READ_ONLY, ROLE, USER, role

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage


def made(stage: Stage, type_: str) -> str:
    return stage.create(type_, {}, f"member{stage.number()}").id


EXAMPLES = (
    Example(
        type=USER,
        inputs=lambda _: {"tags": {"kind": "example"}},
        update={"path": "/team/", "tags": {"kind": "changed"}},
        optional=lambda _: {"permissionsBoundary": READ_ONLY},
        values=lambda stage: {"name": f"renamed{stage.number()}"},
        outputs={"path": "/"},
        kept="name",
        import_id="{name}",
        bad={"name": "no spaces", "path": "team"},
    ),
    Example(
        type=GROUP,
        inputs=lambda _: {},
        update={"path": "/team/"},
        values=lambda stage: {"name": f"renamed{stage.number()}"},
        kept="name",
        import_id="{name}",
        bad={"name": "no spaces", "path": "team"},
    ),
    Example(
        type="aws:iam/accessKey:AccessKey",
        inputs=lambda stage: {"user": made(stage, USER)},
        update={"status": "Inactive"},
        told_once="secret sesSmtpPasswordV4",
        bad={"status": "Lost", "pgpKey": "keybase:me"},
    ),
    Example(
        type="aws:iam/groupMembership:GroupMembership",
        inputs=lambda stage: {"group": made(stage, GROUP), "users": [made(stage, USER)]},
        values=lambda stage: {"users": [made(stage, USER)]},
        import_id="{name}/{group}",
        bad={"group": "no spaces"},
        lasting="it stays as empty as the group",
    ),
    Example(
        type="aws:iam/userGroupMembership:UserGroupMembership",
        inputs=lambda stage: {"user": made(stage, USER), "groups": [made(stage, GROUP)]},
        values=lambda stage: {"groups": [made(stage, GROUP)]},
        bad={"user": "no spaces"},
    ),
    Example(
        type="aws:iam/instanceProfile:InstanceProfile",
        inputs=lambda stage: {"role": stage.make(ROLE)["name"], "tags": {"kind": "example"}},
        update={"tags": {"kind": "changed"}},
        values=lambda stage: {"role": role(stage)},
        outputs={"path": "/"},
        bad={"name": "no spaces"},
    ),
    Example(
        type="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        inputs=lambda stage: {
            "url": f"https://tokens{stage.number()}.example.test",
            "clientIdLists": ["sts.amazonaws.com"],
            "thumbprintLists": ["a" * 40],
            "tags": {"kind": "example"},
        },
        update={
            "clientIdLists": ["another"],
            "thumbprintLists": ["b" * 40],
            "tags": {"kind": "changed"},
        },
        bad={"thumbprintLists": ["short"], "url": "https://" + "a" * 255},
    ),
    Example(
        type="aws:iam/serviceLinkedRole:ServiceLinkedRole",
        inputs=lambda stage: {
            "awsServiceName": "autoscaling.amazonaws.com",
            "customSuffix": f"n{stage.number()}",
            "description": "made by hand",
            "tags": {"kind": "example"},
        },
        update={"description": "changed", "tags": {"kind": "changed"}},
        bad={"awsServiceName": "autoscaling"},
    ),
)
