"""Cognito identity pools, through the emulated API only."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="cognito-identity",
    moto="cognitoidentity",
    warm_up=False,
    target_prefix="AWSCognitoIdentityService",
)
