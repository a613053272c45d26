"""Examples of roles."""

from __future__ import annotations

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow, trust

ROLE = "aws:iam/role:Role"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"

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
        type="aws:iam/rolePolicy:RolePolicy",
        inputs=lambda stage: {
            "role": stage.make(ROLE)["name"],
            "policy": allow("s3:GetObject", principal=None),
        },
        update={"policy": allow("s3:PutObject", principal=None)},
        bad={"policy": allow("s3:PutObject"), "name": "no spaces"},
    ),
    Example(
        type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        inputs=lambda stage: {"role": stage.make(ROLE)["name"], "policyArn": READ_ONLY},
        bad={"policyArn": "ReadOnlyAccess"},
    ),
    Example(
        type="aws:iam/outboundWebIdentityFederation:OutboundWebIdentityFederation",
        inputs=lambda _: {},
        import_id="000000000000",
    ),
)
