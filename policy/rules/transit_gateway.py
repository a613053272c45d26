"""Rules on transit gateways."""

from __future__ import annotations

from policy.engine.requirement import require_value
from policy.engine.rule import Concern, Level, Pack, Severity

TRANSIT_GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway"


@require_value(
    TRANSIT_GATEWAY,
    path="autoAcceptSharedAttachments",
    value="disable",
    default="disable",
    remediates=True,
    pack=Pack.SECURITY,
    concern=Concern.NETWORK,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Any account with which the gateway is shared can attach its network without approval.",
    references=(
        "FSBP EC2.23",
        "Config ec2-transit-gateway-auto-vpc-attach-disabled",
        "Checkov CKV_AWS_331",
    ),
)
def transit_gateway_no_auto_accept() -> None:
    """Transit gateways must not accept attachments automatically."""
