"""The account layer: what an AWS account has once, whichever environments share it."""

from __future__ import annotations

from enum import StrEnum

import pulumi
import pulumi_aws as aws


class AccountSettings(StrEnum):
    """Who owns the settings that an account has once."""

    MANAGED = "managed"
    EXTERNAL = "external"


def service_issuer(
    settings: AccountSettings, opts: pulumi.ResourceOptions | None = None
) -> pulumi.Output[str]:
    """Return the issuer of the account's service tokens; define it if this stack owns it."""
    if settings is AccountSettings.MANAGED:
        return aws.iam.OutboundWebIdentityFederation("service-tokens", opts=opts).issuer_identifier
    found = aws.iam.get_outbound_web_identity_federation_output(
        opts=pulumi.InvokeOutputOptions(provider=opts.provider if opts else None)
    )
    return found.issuer_identifier
