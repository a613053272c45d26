"""Tests of policy.rules.transit_gateway."""

from policy.rules.transit_gateway import transit_gateway_no_auto_accept
from policy.testing import check


def test_transit_gateway_no_auto_accept():
    check(
        transit_gateway_no_auto_accept,
        "aws:ec2transitgateway/transitGateway:TransitGateway",
        {"description": "shop", "autoAcceptSharedAttachments": "disable"},
        kept=[{"autoAcceptSharedAttachments": None}],
        broken=[{"autoAcceptSharedAttachments": "enable"}],
        unknown_at=["autoAcceptSharedAttachments"],
    )
