"""Cognito user pools."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="cognito-idp",
    moto="cognitoidp",
    target_prefix="AWSCognitoIdentityProviderService",
    quiet_operations=frozenset(
        {"InitiateAuth", "AdminInitiateAuth", "RespondToAuthChallenge", "GlobalSignOut"}
    ),
    overrides=("overrides:install",),
)
