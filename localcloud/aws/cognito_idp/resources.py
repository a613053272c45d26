"""Cognito: user pools, their clients and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.row import Fault, Limit, Naming, Op, Row, Tagging

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
    """Return the rules for passwords and sign-in, which AWS has in one block."""
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
    """Make the pool and set how a second factor is asked for."""
    op = Op(name="CreateUserPool", rename=DIFFERENT, extra=policies)
    context.id = context.run(op)["UserPool"]["Id"]
    if context.inputs.get("mfaConfiguration", "OFF") != "OFF":
        set_factors(context)
    return context.id


def set_factors(context: Context) -> None:
    """Set how a second factor is asked for."""
    inputs = context.inputs
    wanted: dict[str, Any] = {"MfaConfiguration": inputs.get("mfaConfiguration", "OFF")}
    if inputs.get("softwareTokenMfaConfiguration"):
        enabled = inputs["softwareTokenMfaConfiguration"]["enabled"]
        wanted["SoftwareTokenMfaConfiguration"] = {"Enabled": enabled}
    context.call("SetUserPoolMfaConfig", UserPoolId=context.id, **wanted)


def change_pool(context: Context) -> None:
    """Send all settings again: Cognito resets those that an update leaves out."""
    rename = {**DIFFERENT, "aliasAttributes": "", "schemas": "", "usernameAttributes": ""}
    op = Op(name="UpdateUserPool", keys={"UserPoolId": "id"}, rename=rename, extra=policies)
    context.call(op.name, **{**context.members(op), "UserPoolTags": context.tags})
    if context.changed & {"mfaConfiguration", "softwareTokenMfaConfiguration"}:
        set_factors(context)


def pool_computed(context: Context, found: Properties) -> Properties:
    """Return the address under which tokens are issued."""
    return {"endpoint": f"cognito-idp.{context.region}.amazonaws.com/{found['Id']}"}


def delete_pool(context: Context) -> None:
    """Remove the pool; one that is protected is refused by AWS and by us."""
    context.call("DeleteUserPool", UserPoolId=context.id)


def in_pool(key: str, id_: str) -> Properties:
    """Split what an import is given: `pool/<key>`."""
    pool, _, own = id_.partition("/")
    return {"userPoolId": pool, key: own}


def check_client(inputs: Properties) -> Iterator[Fault]:
    """Yield what Cognito refuses about a client as a whole."""
    flows = inputs.get("allowedOauthFlows") or []
    if "client_credentials" in flows and not inputs.get("generateSecret"):
        yield Fault("generateSecret", "must be true for client_credentials: set it")
    if flows and not inputs.get("allowedOauthFlowsUserPoolClient"):
        yield Fault(
            "allowedOauthFlowsUserPoolClient", "must be true with allowedOauthFlows: set it"
        )


CREATE_CLIENT = Op(name="CreateUserPoolClient", rename={"name": "ClientName"})
CLIENT = {**POOL, "ClientId": "id"}
GROUP = {**POOL, "GroupName": "name"}

ROWS = (
    Row(
        type="aws:cognito/userPool:UserPool",
        service="cognito-idp",
        update="accountRecoverySetting adminCreateUserConfig autoVerifiedAttributes"
        " deletionProtection deviceConfiguration emailConfiguration emailMfaConfiguration"
        " emailVerificationMessage emailVerificationSubject lambdaConfig mfaConfiguration"
        " passwordPolicy schemas signInPolicy smsAuthenticationMessage smsConfiguration"
        " smsVerificationMessage softwareTokenMfaConfiguration tags userAttributeUpdateSettings"
        " userPoolAddOns userPoolTier verificationMessageTemplate webAuthnConfiguration",
        replace="aliasAttributes name region usernameAttributes usernameConfiguration",
        refused="emailMfaConfiguration webAuthnConfiguration",
        name=Naming(max_length=128),
        create=create_pool,
        read=Op(name="DescribeUserPool", keys={"UserPoolId": "id"}, result="UserPool"),
        computed=pool_computed,
        arn="arn:{partition}:cognito-idp:{region}:{account}:userpool/{id}",
        change=change_pool,
        delete=delete_pool,
        tags=Tagging(put=change_pool),
        recomputed="lastModifiedDate",
        unordered="aliasAttributes autoVerifiedAttributes usernameAttributes",
        limits={
            "name": Limit(min_length=1, max_length=128, pattern=r"[\w\s+=,.@-]+"),
            "mfaConfiguration": Limit(one_of=("OFF", "ON", "OPTIONAL")),
            "passwordPolicy.minimumLength": Limit(minimum=6, maximum=99),
            "passwordPolicy.temporaryPasswordValidityDays": Limit(minimum=0, maximum=365),
        },
        checked_by=("CreateUserPool",),
    ),
    Row(
        type="aws:cognito/userPoolClient:UserPoolClient",
        service="cognito-idp",
        update="accessTokenValidity allowedOauthFlows allowedOauthFlowsUserPoolClient"
        " allowedOauthScopes analyticsConfiguration authSessionValidity callbackUrls"
        " defaultRedirectUri enablePropagateAdditionalUserContextData enableTokenRevocation"
        " explicitAuthFlows idTokenValidity logoutUrls name preventUserExistenceErrors"
        " readAttributes refreshTokenRotation refreshTokenValidity supportedIdentityProviders"
        " tokenValidityUnits writeAttributes",
        replace="generateSecret region userPoolId",
        name=Naming(max_length=128),
        create=CREATE_CLIENT,
        id="UserPoolClient.ClientId",
        from_id=lambda id_: {**in_pool("id", id_)},
        read=Op(name="DescribeUserPoolClient", keys=CLIENT, result="UserPoolClient"),
        outputs={"name": "ClientName"},
        change=Op(name="UpdateUserPoolClient", keys=CLIENT, rename=CREATE_CLIENT.rename),
        delete=Op(name="DeleteUserPoolClient", keys=CLIENT),
        secret="clientSecret",  # noqa: S106 - the name of an output
        unordered="allowedOauthFlows allowedOauthScopes callbackUrls explicitAuthFlows logoutUrls"
        " readAttributes supportedIdentityProviders writeAttributes",
        check=check_client,
    ),
    Row(
        type="aws:cognito/userGroup:UserGroup",
        service="cognito-idp",
        update="description precedence roleArn",
        replace="name region userPoolId",
        name=Naming(max_length=128),
        create=Op(name="CreateGroup", rename={"name": "GroupName"}),
        id=lambda context, _: f"{context.inputs['userPoolId']}/{context.inputs['name']}",
        from_id=lambda id_: in_pool("name", id_),
        read=Op(name="GetGroup", keys=GROUP, result="Group"),
        outputs={"name": "GroupName"},
        change=Op(name="UpdateGroup", keys=GROUP),
        defaults={"description": "", "precedence": 0},
        delete=Op(name="DeleteGroup", keys=GROUP),
        limits={"name": Limit(max_length=128, pattern=r"\S+")},
    ),
)
