"""Examples of roles and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow, trust

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

ROLE = "aws:iam/role:Role"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"

POLICY = "aws:iam/policy:Policy"
USER = "aws:iam/user:User"
GROUP = "aws:iam/group:Group"


def policy() -> dict[str, str]:
    return {"policy": allow("s3:GetObject", principal=None)}


def role(stage: Stage) -> str:
    return stage.create(ROLE, {"assumeRolePolicy": trust()}, f"another{stage.number()}").id


def examples_of(holder: str, type_: str) -> list[Example]:
    """Return the examples of the policies of a role, a user or a group."""
    key = holder.lower()

    def owner(stage: Stage) -> str:
        return stage.make(type_)["name"]

    def alone(stage: Stage) -> str:
        return stage.create(type_, all_inputs(stage), f"alone{stage.number()}").id

    def all_inputs(_: Stage) -> dict[str, str]:
        return {"assumeRolePolicy": trust()} if holder == "Role" else {}

    return [
        Example(
            type=f"aws:iam/{key}Policy:{holder}Policy",
            inputs=lambda stage: {key: owner(stage), **policy()},
            update={"policy": allow("s3:PutObject", principal=None)},
            bad={"policy": allow("s3:PutObject"), "name": "no spaces"},
        ),
        Example(
            type=f"aws:iam/{key}PolicyAttachment:{holder}PolicyAttachment",
            inputs=lambda stage: {key: owner(stage), "policyArn": READ_ONLY},
            bad={"policyArn": "ReadOnlyAccess"},
        ),
        Example(
            type=f"aws:iam/{key}PolicyAttachmentsExclusive:{holder}PolicyAttachmentsExclusive",
            inputs=lambda stage: {f"{key}Name": alone(stage), "policyArns": [READ_ONLY]},
            update={"policyArns": ["arn:aws:iam::aws:policy/PowerUserAccess"]},
            bad={f"{key}Name": "no spaces"},
            lasting="the attachments stay",
        ),
    ]


EXAMPLES = (
    Example(
        type=ROLE,
        inputs=lambda _: {
            "assumeRolePolicy": trust(),
            "description": "what the function may",
            "inlinePolicies": [{"name": "own", "policy": allow("s3:GetObject", principal=None)}],
            "tags": {"kind": "example"},
        },
        update={
            "description": "changed",
            "assumeRolePolicy": trust("ecs-tasks.amazonaws.com"),
            "maxSessionDuration": 7200,
            "tags": {"kind": "changed"},
        },
        outputs={"maxSessionDuration": 3600, "path": "/"},
        kept="managedPolicyArns",
        values=lambda _: {
            "inlinePolicies": [{"name": "own", "policy": allow("s3:PutObject", principal=None)}],
            "managedPolicyArns": [READ_ONLY],
        },
        optional=lambda _: {"maxSessionDuration": 7200, "permissionsBoundary": READ_ONLY},
        bad={"name": "a" * 65, "maxSessionDuration": 60, "assumeRolePolicy": "{"},
    ),
    Example(
        type=POLICY,
        inputs=lambda _: {
            "description": "what a reader may",
            "policy": allow("s3:GetObject", principal=None),
            "tags": {"kind": "example"},
        },
        update={"policy": allow("s3:PutObject", principal=None), "tags": {"kind": "changed"}},
        outputs={"path": "/", "attachmentCount": 0},
        bad={"policy": allow("s3:GetObject"), "name": "no spaces"},
    ),
    Example(
        type="aws:iam/policyAttachment:PolicyAttachment",
        inputs=lambda stage: {
            "policyArn": stage.create(POLICY, policy(), f"shared{stage.number()}").id,
            "roles": [stage.make(ROLE)["name"]],
        },
        values=lambda stage: {
            "roles": [stage.make(ROLE)["name"], role(stage)],
            "users": [stage.make(USER)["name"]],
            "groups": [stage.make(GROUP)["name"]],
        },
        kept="roles",
        import_id="{name}/{policyArn}",
        bad={"policyArn": "ReadOnlyAccess"},
    ),
    *(
        example
        for holder, type_ in (("Role", ROLE), ("User", USER), ("Group", GROUP))
        for example in examples_of(holder, type_)
    ),
    Example(
        type="aws:iam/outboundWebIdentityFederation:OutboundWebIdentityFederation",
        inputs=lambda _: {},
        import_id="000000000000",
        once=True,
    ),
)
