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
        values=lambda _: {
            "accountRecoverySetting": {
                "recoveryMechanisms": [{"name": "admin_only", "priority": 1}]
            },
            "adminCreateUserConfig": {"allowAdminCreateUserOnly": False},
            "autoVerifiedAttributes": ["email"],
            "deviceConfiguration": {"challengeRequiredOnNewDevice": True},
            "emailConfiguration": {
                "emailSendingAccount": "DEVELOPER",
                "sourceArn": "arn:aws:ses:eu-west-1:000000000000:identity/shop.example",
            },
            "mfaConfiguration": "OPTIONAL",
            "passwordPolicy": {
                "minimumLength": 14,
                "requireNumbers": True,
                "temporaryPasswordValidityDays": 3,
            },
            "schemas": [{"attributeDataType": "String", "name": "tenant", "mutable": True}],
            "signInPolicy": {"allowedFirstAuthFactors": ["PASSWORD"]},
            "smsAuthenticationMessage": "The code is {####}",
            "smsConfiguration": {
                "externalId": "shop",
                "snsCallerArn": "arn:aws:iam::000000000000:role/sms",
            },
            "smsVerificationMessage": "The code is {####}",
            "softwareTokenMfaConfiguration": {"enabled": True},
            "userAttributeUpdateSettings": {
                "attributesRequireVerificationBeforeUpdates": ["email"]
            },
            "userPoolAddOns": {"advancedSecurityMode": "AUDIT"},
            "verificationMessageTemplate": {"defaultEmailOption": "CONFIRM_WITH_LINK"},
        },
        kept="schemas",
        together=(
            "mfaConfiguration softwareTokenMfaConfiguration",
            "autoVerifiedAttributes userAttributeUpdateSettings",
        ),
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
        values=lambda _: {
            "analyticsConfiguration": {
                "applicationId": "0123456789abcdef0123456789abcdef",
                "externalId": "shop",
                "roleArn": "arn:aws:iam::000000000000:role/analytics",
            },
            "authSessionValidity": 5,
            "explicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "refreshTokenRotation": {"feature": "ENABLED", "retryGracePeriodSeconds": 10},
            "supportedIdentityProviders": ["COGNITO"],
            "tokenValidityUnits": {"accessToken": "minutes"},
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
        kept="roleArn",
        bad={"precedence": -1, "name": "no spaces"},
    ),
)
