"""Cognito: user pools, their clients and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import shapes
from localcloud.provider.context import ResourceFailedError
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

POOL = {"UserPoolId": "userPoolId"}
DIFFERENT = {
    "name": "PoolName",
    "emailConfiguration.fromEmailAddress": "From",
    "mfaConfiguration": "",
    "softwareTokenMfaConfiguration": "",
    "emailMfaConfiguration": "",
    "webAuthnConfiguration": "",
    "adminCreateUserConfig.inviteMessageTemplate.smsMessage": "SMSMessage",
}


def policies(context: Context) -> Properties:
    """Return the password and sign-in policies, one block in AWS."""
    inputs = context.inputs
    found: dict[str, Any] = {}
    for key, member in (("passwordPolicy", "PasswordPolicy"), ("signInPolicy", "SignInPolicy")):
        if inputs.get(key):
            found[member] = {
                name[0].upper() + name[1:]: value
                for name, value in inputs[key].items()
                if value is not None
            }
    return {"Policies": found} if found else {}


def create_pool(context: Context) -> str:
    """Create the pool and set its MFA configuration."""
    op = Op(name="CreateUserPool", rename=DIFFERENT, extra=policies)
    context.id = context.call_with_inputs(op)["UserPool"]["Id"]
    if context.inputs.get("mfaConfiguration", "OFF") != "OFF":
        set_mfa_configuration(context)
    return context.id


def set_mfa_configuration(context: Context) -> None:
    """Set the MFA configuration."""
    inputs = context.inputs
    wanted: dict[str, Any] = {"MfaConfiguration": inputs.get("mfaConfiguration", "OFF")}
    if inputs.get("softwareTokenMfaConfiguration"):
        enabled = inputs["softwareTokenMfaConfiguration"]["enabled"]
        wanted["SoftwareTokenMfaConfiguration"] = {"Enabled": enabled}
    context.call("SetUserPoolMfaConfig", UserPoolId=context.id, **wanted)


def change_pool(context: Context) -> None:
    """Send all settings: Cognito resets those that an update omits."""
    rename = {**DIFFERENT, "aliasAttributes": "", "schemas": "", "usernameAttributes": ""}
    op = Op(name="UpdateUserPool", keys={"UserPoolId": "id"}, rename=rename, extra=policies)
    context.call(op.name, **{**context.members(op), "UserPoolTags": context.tags})
    if context.changed & {"mfaConfiguration", "softwareTokenMfaConfiguration"}:
        set_mfa_configuration(context)
    if "schemas" in context.changed:
        add_attributes(context)


def add_attributes(context: Context) -> None:
    """Add the new attributes of users; Cognito neither changes nor removes one."""
    known = context.old_inputs.get("schemas") or []
    wanted = context.inputs.get("schemas") or []
    if any(item not in wanted for item in known):
        raise ResourceFailedError("cannot modify or remove schema items")
    shape = shapes.members_of(shapes.operation("cognito-idp", "AddCustomAttributes").input_shape)
    added = [item for item in wanted if item not in known]
    attributes = shapes.convert(shape["CustomAttributes"], added, {}, "schemas")
    if attributes:
        context.call("AddCustomAttributes", UserPoolId=context.id, CustomAttributes=attributes)


def read_pool(context: Context) -> Properties:
    """Return the pool, with its policies under the names of the SDK."""
    pool = context.call("DescribeUserPool", UserPoolId=context.id)["UserPool"]
    policies = pool.get("Policies") or {}
    factors = context.call("GetUserPoolMfaConfig", UserPoolId=context.id)
    written = {item.get("name") for item in context.get("schemas") or []}
    custom = "custom:"
    attributes = [
        {**item, "Name": name.removeprefix(custom)}
        for item in pool.get("SchemaAttributes") or []
        if (name := item["Name"]).startswith(custom) or name in written
    ]
    return {
        **pool,
        **({"schemas": attributes} if attributes else {}),
        "softwareTokenMfaConfiguration": factors.get("SoftwareTokenMfaConfiguration"),
        "passwordPolicy": policies.get("PasswordPolicy"),
        "signInPolicy": policies.get("SignInPolicy"),
    }


def pool_computed(context: Context, found: Properties) -> Properties:
    """Return the issuer's endpoint."""
    return {"endpoint": f"cognito-idp.{context.region}.amazonaws.com/{found['Id']}"}


def delete_pool(context: Context) -> None:
    """Delete the pool; AWS rejects this if deletion protection is active."""
    context.call("DeleteUserPool", UserPoolId=context.id)


def in_pool(key: str, id_: str) -> Properties:
    """Split the id of an import: `pool/<key>`."""
    pool, _, own = id_.partition("/")
    return {"userPoolId": pool, key: own}


def check_client(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Cognito's constraints across the inputs of a client."""
    flows = inputs.get("allowedOauthFlows") or []
    if "client_credentials" in flows and not inputs.get("generateSecret"):
        yield CheckFailure("generateSecret", "must be true for client_credentials: set it")
    if flows and not inputs.get("allowedOauthFlowsUserPoolClient"):
        yield CheckFailure(
            "allowedOauthFlowsUserPoolClient", "must be true with allowedOauthFlows: set it"
        )


CREATE_CLIENT = Op(name="CreateUserPoolClient", rename={"name": "ClientName"})
CLIENT = {**POOL, "ClientId": "id"}
GROUP = {**POOL, "GroupName": "name"}

ROWS = (
    Row(
        type="aws:cognito/userPool:UserPool",
        service="cognito-idp",
        inputs={
            **each(
                UPDATE,
                """accountRecoverySetting adminCreateUserConfig deviceConfiguration
            emailConfiguration emailVerificationMessage emailVerificationSubject
            passwordPolicy schemas signInPolicy smsAuthenticationMessage
            smsConfiguration smsVerificationMessage softwareTokenMfaConfiguration tags
            userAttributeUpdateSettings userPoolAddOns userPoolTier
            verificationMessageTemplate""",
            ),
            "deletionProtection": Input(UPDATE, default="INACTIVE"),
            **each(REPLACE, "region usernameConfiguration"),
            "mfaConfiguration": Input(
                UPDATE, default="OFF", limit=Limit(one_of=("OFF", "ON", "OPTIONAL"))
            ),
            "emailConfiguration.emailSendingAccount": Input(UPDATE, default="COGNITO_DEFAULT"),
            "passwordPolicy.minimumLength": Input(UPDATE, limit=Limit(6, 99)),
            "passwordPolicy.temporaryPasswordValidityDays": Input(UPDATE, limit=Limit(0, 365)),
            "autoVerifiedAttributes": Input(UPDATE, unordered=True),
            "lambdaConfig": Input(UPDATE, supported=False),
            "emailMfaConfiguration": Input(UPDATE, supported=False),
            "webAuthnConfiguration": Input(UPDATE, supported=False),
            "name": Input(
                REPLACE, limit=Limit(min_length=1, max_length=128, pattern=r"[\w\s+=,.@-]+")
            ),
            "aliasAttributes": Input(REPLACE, unordered=True),
            "usernameAttributes": Input(REPLACE, unordered=True),
        },
        name=Naming(max_length=128),
        create=create_pool,
        read=read_pool,
        computed=pool_computed,
        arn="arn:{partition}:cognito-idp:{region}:{account}:userpool/{id}",
        update=change_pool,
        delete=delete_pool,
        tags=Tagging(put=change_pool),
        recomputed="lastModifiedDate",
        check_operations=("CreateUserPool",),
    ),
    Row(
        type="aws:cognito/userPoolClient:UserPoolClient",
        service="cognito-idp",
        inputs={
            **each(
                UPDATE,
                """accessTokenValidity allowedOauthFlowsUserPoolClient
            analyticsConfiguration authSessionValidity defaultRedirectUri
            enablePropagateAdditionalUserContextData enableTokenRevocation
            idTokenValidity name preventUserExistenceErrors refreshTokenRotation
            refreshTokenValidity tokenValidityUnits""",
            ),
            **each(REPLACE, "generateSecret region userPoolId"),
            "allowedOauthFlows": Input(UPDATE, unordered=True),
            "allowedOauthScopes": Input(UPDATE, unordered=True),
            "callbackUrls": Input(UPDATE, unordered=True),
            "explicitAuthFlows": Input(UPDATE, unordered=True),
            "logoutUrls": Input(UPDATE, unordered=True),
            "readAttributes": Input(UPDATE, unordered=True),
            "supportedIdentityProviders": Input(UPDATE, unordered=True),
            "writeAttributes": Input(UPDATE, unordered=True),
        },
        secret_outputs="clientSecret",  # noqa: S106 - the name of an output
        name=Naming(max_length=128),
        create=CREATE_CLIENT,
        id="UserPoolClient.ClientId",
        from_id=lambda id_: {**in_pool("id", id_)},
        read=Op(name="DescribeUserPoolClient", keys=CLIENT, result="UserPoolClient"),
        outputs={"name": "ClientName"},
        computed=lambda _, found: {"generateSecret": bool(found.get("ClientSecret"))},
        update=Op(name="UpdateUserPoolClient", keys=CLIENT, rename=CREATE_CLIENT.rename),
        delete=Op(name="DeleteUserPoolClient", keys=CLIENT),
        check=check_client,
    ),
    Row(
        type="aws:cognito/userGroup:UserGroup",
        service="cognito-idp",
        inputs={
            **each(REPLACE, "region userPoolId"),
            "roleArn": Input(UPDATE),
            "description": Input(UPDATE, reset=""),
            "precedence": Input(UPDATE, reset=0),
            "name": Input(REPLACE, limit=Limit(max_length=128, pattern=r"\S+")),
        },
        name=Naming(max_length=128),
        create=Op(name="CreateGroup", rename={"name": "GroupName"}),
        id=lambda context, _: f"{context.inputs['userPoolId']}/{context.inputs['name']}",
        from_id=lambda id_: in_pool("name", id_),
        read=Op(name="GetGroup", keys=GROUP, result="Group"),
        outputs={"name": "GroupName"},
        update=Op(name="UpdateGroup", keys=GROUP),
        delete=Op(name="DeleteGroup", keys=GROUP),
    ),
)
