"""Rules on Elastic IP addresses."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.rule import Findings, Stack, classify, stack_rule

EIP = "aws:ec2/eip:Eip"
EIP_ASSOCIATION = "aws:ec2/eipAssociation:EipAssociation"
TRANSFER_SERVER = "aws:transfer/server:Server"
NAT_GATEWAY_EIP_ASSOCIATION = "aws:ec2/natGatewayEipAssociation:NatGatewayEipAssociation"
_PATHS = (
    "allocationId",
    "secondaryAllocationIds",
    "availabilityZoneAddresses.allocationIds",
    "subnetMappings.allocationId",
    "endpointDetails.addressAllocationIds",
)
_USERS = (
    EIP_ASSOCIATION,
    aws.NAT_GATEWAY,
    NAT_GATEWAY_EIP_ASSOCIATION,
    aws.LOAD_BALANCER,
    TRANSFER_SERVER,
)


@stack_rule(EIP, EIP_ASSOCIATION, aws.NAT_GATEWAY, aws.LOAD_BALANCER)
@classify("architecture", "cost", "low", "advisory")
def eip_attached(stack: Stack) -> Findings:
    """Elastic IP addresses must be attached.

    Unattached Elastic IP addresses are billed without being used.

    References: Security Hub EC2.12, Config eip-attached, Checkov CKV2_AWS_19
    """
    for address in stack.of_type(EIP):
        attached = not (address.is_missing("instance") and address.is_missing("networkInterface"))
        attached |= any(stack.referrers("publicIp", address, EIP_ASSOCIATION))
        if not attached and stack.has_no_referrer(address, _PATHS, *_USERS):
            yield address.finding(
                f"The Elastic IP address '{address.name}' must be attached: set instance or"
                " network_interface, or remove it."
            )
