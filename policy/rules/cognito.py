"""Rules on Cognito user and identity pools."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.requirement import require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, as_list, is_not_true, number

IDENTITY_POOL = "aws:cognito/identityPool:IdentityPool"
USER_POOL_CLIENTS = (
    "aws:cognito/userPoolClient:UserPoolClient",
    "aws:cognito/managedUserPoolClient:ManagedUserPoolClient",
)
STRENGTH = {
    "requireLowercase": "require_lowercase",
    "requireUppercase": "require_uppercase",
    "requireNumbers": "require_numbers",
    "requireSymbols": "require_symbols",
}


@rule(aws.COGNITO_USER_POOL, params={"minLength": 12})
@classify("security", "identity", "medium", "mandatory")
def cognito_password_policy(pool: Resource) -> Messages:
    """User pools must require strong passwords.

    Short or simple passwords are easy to guess.

    References: FSBP Cognito.3, Config cognito-user-pool-password-policy-check,
    cdk-nag AwsSolutions-COG1
    """
    wanted = int(pool.params["minLength"])
    length = pool.get("passwordPolicy.minimumLength")
    short = length is not UNKNOWN and (number(length) or 0) < wanted
    lacking = [
        one for key, one in STRENGTH.items() if is_not_true(pool.get(f"passwordPolicy.{key}"))
    ]
    if short or lacking:
        wishes = [f"minimum_length={wanted}"] if short else []
        wishes += [f"{one}=True" for one in lacking]
        yield (
            f"The user pool '{pool.name}' must require strong passwords: set password_policy with"
            f" {', '.join(wishes)}."
        )


@rule(aws.COGNITO_USER_POOL)
@classify("security", "identity", "medium", "advisory")
def cognito_mfa(pool: Resource) -> Messages:
    """User pools must require or offer multi-factor authentication.

    With multi-factor authentication, a stolen password alone is not enough to sign in.

    References: FSBP Cognito.5, Config cognito-user-pool-mfa-enabled, cdk-nag AwsSolutions-COG2
    """
    mode = pool.get("mfaConfiguration")
    if mode in ("ON", UNKNOWN):
        return
    offered = not is_not_true(pool.get("softwareTokenMfaConfiguration.enabled"))
    if mode != "OPTIONAL" or not offered:
        yield (
            f"The user pool '{pool.name}' must require or offer multi-factor authentication: set"
            ' mfa_configuration to "ON", or to "OPTIONAL" with'
            " software_token_mfa_configuration.enabled=True."
        )


@require_value(
    aws.COGNITO_USER_POOL,
    path="userPoolAddOns.advancedSecurityMode",
    value="ENFORCED",
    hint='and user_pool_tier="PLUS"',
)
@classify("security", "identity", "medium", "mandatory")
def cognito_threat_protection() -> None:
    """User pools must enforce threat protection.

    Threat protection blocks sign-ins with compromised passwords and from suspicious sources.

    References: FSBP Cognito.1, Config cognito-user-pool-advanced-security-enabled,
    cdk-nag AwsSolutions-COG8
    """


@require_value(
    aws.COGNITO_USER_POOL,
    path="userPoolAddOns.advancedSecurityAdditionalFlows.customAuthMode",
    value="ENFORCED",
)
@classify("security", "identity", "medium", "advisory", when="opted-in")
def cognito_custom_auth_threat_protection() -> None:
    """User pools must enforce threat protection of custom authentication.

    Threat protection does not cover sign-ins through Lambda triggers by itself.

    References: FSBP Cognito.4, Config cognito-userpool-cust-auth-threat-full-check
    """


@require_value(IDENTITY_POOL, path="allowUnauthenticatedIdentities", value=False, remediates=True)
@classify("security", "identity", "medium", "mandatory")
def cognito_no_guests() -> None:
    """Identity pools must not allow unauthenticated identities.

    Anyone can obtain temporary AWS credentials from the pool without signing in.

    References: FSBP Cognito.2, Config cognito-identity-pool-unauth-access-check,
    Checkov CKV_AWS_366, cdk-nag AwsSolutions-COG7
    """


@rule(*USER_POOL_CLIENTS)
@classify("security", "identity", "medium", "advisory")
def cognito_client_no_implicit_grant(client: Resource) -> Messages:
    """User pool clients must not use the implicit grant.

    The implicit grant returns tokens in the redirect URL, where browser history and scripts can
    leak them.
    """
    if "implicit" in as_list(client.get("allowedOauthFlows")):
        yield (
            f"The user pool client '{client.name}' must not use the implicit grant: set"
            ' allowed_oauth_flows=["code"].'
        )


@rule(*USER_POOL_CLIENTS)
@classify("security", "identity", "medium", "advisory")
def cognito_client_https_callbacks(client: Resource) -> Messages:
    """User pool clients must have HTTPS callback URLs.

    Over plain HTTP, an attacker on the network can read the authorization code in the redirect.
    """
    production = client.settings.production
    for path, argument in (("callbackUrls", "callback_urls"), ("logoutUrls", "logout_urls")):
        plain = [one for one in as_list(client.get(path)) if _is_plain(one, local=not production)]
        if plain:
            yield (
                f"The user pool client '{client.name}' must have HTTPS callback URLs: replace"
                f" {plain[0]} in {argument}."
            )


@require_value(
    *USER_POOL_CLIENTS, path="preventUserExistenceErrors", value="ENABLED", remediates=True
)
@classify("security", "identity", "medium", "advisory")
def cognito_client_hides_users() -> None:
    """User pool clients must not reveal whether a user exists.

    Different errors for unknown users let attackers find out which accounts exist.
    """


def _is_plain(url: Any, *, local: bool) -> bool:
    if not isinstance(url, str) or not url.lower().startswith("http://"):
        return False
    host = url.lower().removeprefix("http://").partition("/")[0].partition(":")[0]
    return not (local and host == "localhost")


@require_value(aws.COGNITO_USER_POOL, path="deletionProtection", value="ACTIVE", remediates=True)
@classify("reliability", "resilience", "medium", "advisory", when="production")
def cognito_deletion_protection() -> None:
    """User pools must be protected against deletion.

    Users and their passwords cannot be restored after a user pool is deleted.

    References: FSBP Cognito.6, Config cognito-user-pool-deletion-protection-enabled
    """
