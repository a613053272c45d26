"""Examples of user pools."""

from __future__ import annotations

from tests.localcloud.provider.example import Example

POOL = "aws:cognito/userPool:UserPool"

EXAMPLES = (
    Example(
        type=POOL,
        inputs=lambda _: {
            "passwordPolicy": {"minimumLength": 12, "requireNumbers": True},
            "adminCreateUserConfig": {"allowAdminCreateUserOnly": True},
            "tags": {"kind": "example"},
        },
        update={
            "passwordPolicy": {"minimumLength": 14, "requireNumbers": True},
            "tags": {"kind": "changed"},
        },
        bad={"mfaConfiguration": "PERHAPS", "passwordPolicy": {"minimumLength": 3}},
    ),
    Example(
        type="aws:cognito/userPoolClient:UserPoolClient",
        inputs=lambda stage: {
            "userPoolId": stage.make(POOL)["id"],
            "explicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "generateSecret": True,
        },
        update={"accessTokenValidity": 2},
        optional=lambda _: {
            "accessTokenValidity": 2,
            "allowedOauthFlows": ["code"],
            "allowedOauthFlowsUserPoolClient": True,
            "callbackUrls": ["https://shop.example"],
        },
        together=("allowedOauthFlows allowedOauthFlowsUserPoolClient callbackUrls",),
        bad={"explicitAuthFlows": ["ALLOW_ALL"], "accessTokenValidity": 100_000},
        import_id="{userPoolId}/{id}",
    ),
    Example(
        type="aws:cognito/userGroup:UserGroup",
        inputs=lambda stage: {"userPoolId": stage.make(POOL)["id"], "description": "buyers"},
        update={"description": "customers", "precedence": 1},
        optional=lambda _: {"precedence": 1},
        bad={"precedence": -1, "name": "no spaces"},
    ),
)
