"""Rules on transit gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.remediation import changed_inputs
from policy.engine.rule import Concern, Level, Pack, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

TRANSIT_GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway"


@rule(
    TRANSIT_GATEWAY,
    pack=Pack.SECURITY,
    concern=Concern.NETWORK,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Whoever is shared the gateway would join the network without being asked.",
    references=(
        "FSBP EC2.23",
        "Config ec2-transit-gateway-auto-vpc-attach-disabled",
        "Checkov CKV_AWS_331",
    ),
    remediation='Set auto_accept_shared_attachments to "disable".',
    remediate=lambda found: changed_inputs(found, {"autoAcceptSharedAttachments": "disable"}),
)
def transit_gateway_no_auto_accept(gateway: Resource) -> Iterator[str]:
    """Transit gateways must not accept attachments of other accounts by themselves."""
    if gateway.get("autoAcceptSharedAttachments") == "enable":
        yield (
            f"The transit gateway '{gateway.name}' must not accept attachments by itself: set"
            ' auto_accept_shared_attachments="disable".'
        )
