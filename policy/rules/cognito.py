"""Rules on Cognito user and identity pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.requirement import require_value
from policy.engine.resource_types import COGNITO_USER_POOL
from policy.engine.rule import Concern, Level, Pack, Severity, When, rule
from policy.engine.values import UNKNOWN, as_list, is_not_true, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

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


@rule(
    COGNITO_USER_POOL,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Short or simple passwords are easy to guess.",
    params={"minLength": 12},
    references=(
        "FSBP Cognito.3",
        "Config cognito-user-pool-password-policy-check",
        "cdk-nag AwsSolutions-COG1",
    ),
)
def cognito_password_policy(pool: Resource) -> Iterator[str]:
    """User pools must require strong passwords."""
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


@rule(
    COGNITO_USER_POOL,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="With multi-factor authentication, a stolen password alone is not enough to sign in.",
    references=("Config cognito-user-pool-mfa-enabled", "cdk-nag AwsSolutions-COG2"),
)
def cognito_mfa(pool: Resource) -> Iterator[str]:
    """User pools must require or offer multi-factor authentication."""
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
    COGNITO_USER_POOL,
    path="userPoolAddOns.advancedSecurityMode",
    value="ENFORCED",
    hint='and user_pool_tier="PLUS"',
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Threat protection blocks sign-ins with compromised passwords and from suspicious sources.",
    references=(
        "FSBP Cognito.1",
        "Config cognito-user-pool-advanced-security-enabled",
        "cdk-nag AwsSolutions-COG8",
    ),
)
def cognito_threat_protection() -> None:
    """User pools must enforce threat protection."""


@require_value(
    IDENTITY_POOL,
    path="allowUnauthenticatedIdentities",
    value=False,
    remediates=True,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Anyone can obtain temporary AWS credentials from the pool without signing in.",
    references=(
        "FSBP Cognito.2",
        "Config cognito-identity-pool-unauth-access-check",
        "Checkov CKV_AWS_366",
        "cdk-nag AwsSolutions-COG7",
    ),
)
def cognito_no_guests() -> None:
    """Identity pools must not allow unauthenticated identities."""


@rule(
    *USER_POOL_CLIENTS,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "The implicit grant returns tokens in the redirect URL, where browser history and scripts"
        " can leak them."
    ),
)
def cognito_client_no_implicit_grant(client: Resource) -> Iterator[str]:
    """User pool clients must not use the implicit grant."""
    if "implicit" in as_list(client.get("allowedOauthFlows")):
        yield (
            f"The user pool client '{client.name}' must not use the implicit grant: set"
            ' allowed_oauth_flows=["code"].'
        )


@rule(
    *USER_POOL_CLIENTS,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "Over plain HTTP, an attacker on the network can read the authorization code in the"
        " redirect."
    ),
)
def cognito_client_https_callbacks(client: Resource) -> Iterator[str]:
    """User pool clients must have HTTPS callback URLs."""
    production = client.settings.production
    for path, argument in (("callbackUrls", "callback_urls"), ("logoutUrls", "logout_urls")):
        plain = [one for one in as_list(client.get(path)) if _is_plain(one, local=not production)]
        if plain:
            yield (
                f"The user pool client '{client.name}' must have HTTPS callback URLs: replace"
                f" {plain[0]} in {argument}."
            )


@require_value(
    *USER_POOL_CLIENTS,
    path="preventUserExistenceErrors",
    value="ENABLED",
    remediates=True,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Different errors for unknown users let attackers find out which accounts exist.",
)
def cognito_client_hides_users() -> None:
    """User pool clients must not reveal whether a user exists."""


def _is_plain(url: Any, *, local: bool) -> bool:
    if not isinstance(url, str) or not url.lower().startswith("http://"):
        return False
    host = url.lower().removeprefix("http://").partition("/")[0].partition(":")[0]
    return not (local and host == "localhost")


@require_value(
    COGNITO_USER_POOL,
    path="deletionProtection",
    value="ACTIVE",
    remediates=True,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    when=When.PRODUCTION,
    why="Users and their passwords cannot be restored after a user pool is deleted.",
    references=("Config cognito-user-pool-deletion-protection-enabled",),
)
def cognito_deletion_protection() -> None:
    """User pools must be protected against deletion."""
