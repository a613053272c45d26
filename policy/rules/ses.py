"""Rules on SES configuration sets."""

from __future__ import annotations

from policy.engine.requirement import require_value
from policy.engine.rule import classify


@require_value(
    "aws:ses/configurationSet:ConfigurationSet",
    "aws:sesv2/configurationSet:ConfigurationSet",
    path="deliveryOptions.tlsPolicy",
    value=("REQUIRE", "Require"),
)
@classify("security", "messaging", "medium", "mandatory")
def ses_tls_required() -> None:
    """SES configuration sets must require TLS.

    Otherwise SES sends an email in plain text to a server that offers no TLS.

    References: FSBP SES.3, Config ses-sending-tls-required, Checkov CKV_AWS_365
    """
