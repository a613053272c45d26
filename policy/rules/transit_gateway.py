"""Rules on transit gateways."""

from __future__ import annotations

from policy.engine.requirement import require_value
from policy.engine.rule import classify

TRANSIT_GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway"


@require_value(
    TRANSIT_GATEWAY,
    path="autoAcceptSharedAttachments",
    value="disable",
    default="disable",
    remediates=True,
)
@classify("security", "network", "medium", "mandatory")
def transit_gateway_no_auto_accept() -> None:
    """Transit gateways must not accept attachments automatically.

    Any account with which the gateway is shared can attach its network without approval.

    References: FSBP EC2.23, Config ec2-transit-gateway-auto-vpc-attach-disabled,
    Checkov CKV_AWS_331
    """
