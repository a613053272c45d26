"""Rules on Amazon EMR."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.resource import value_at
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.subnets import assigns_public_addresses
from policy.engine.values import UNKNOWN, is_not_true, is_object, number

BLOCK_PUBLIC_ACCESS = "aws:emr/blockPublicAccessConfiguration:BlockPublicAccessConfiguration"
CLUSTER = "aws:emr/cluster:Cluster"
SECURITY_CONFIGURATION = "aws:emr/securityConfiguration:SecurityConfiguration"
_SSH = 22


@stack_rule(CLUSTER, aws.SUBNET)
@classify("security", "network", "high", "mandatory")
def emr_not_public(stack: Stack) -> Findings:
    """EMR clusters must not be in a subnet that assigns public IP addresses.

    A primary node with a public address can be attacked from the internet.

    References: FSBP EMR.1, Config emr-master-no-public-ip
    """
    for cluster in stack.of_type(CLUSTER):
        paths = ("ec2Attributes.subnetId", "ec2Attributes.subnetIds")
        if any(assigns_public_addresses(stack, cluster, path) for path in paths):
            yield cluster.finding(
                f"The EMR cluster '{cluster.name}' must not be in a subnet that assigns public IP"
                " addresses: set ec2_attributes.subnet_id to a private subnet."
            )


@rule(BLOCK_PUBLIC_ACCESS)
@classify("security", "network", "critical", "mandatory")
def emr_public_access_blocked(block: Resource) -> Messages:
    """EMR must block public access to every port except 22.

    Without the block, clusters can be launched with security groups that admit the internet.

    References: FSBP EMR.2, Config emr-block-public-access
    """
    if is_not_true(block.get("blockPublicSecurityGroupRules")):
        yield (
            f"The configuration '{block.name}' must block public access: set"
            " block_public_security_group_rules=True."
        )
    for ports in block.entries("permittedPublicSecurityGroupRuleRanges"):
        bounds = (ports.get("minRange"), ports.get("maxRange"))
        if any(one is not UNKNOWN and number(one) != _SSH for one in bounds):
            yield (
                f"The configuration '{block.name}' must not permit public access to other ports"
                " than 22: remove the range from permitted_public_security_group_rule_ranges."
            )


@rule(SECURITY_CONFIGURATION)
@classify("security", "data", "medium", "mandatory")
def emr_encrypted_at_rest(configuration: Resource) -> Messages:
    """EMR security configurations must encrypt data at rest.

    Local disks and files in S3 hold the data of every job.

    References: FSBP EMR.3, Config emr-security-configuration-encryption-rest
    """
    return _must_enable(configuration, "EnableAtRestEncryption", "encrypt data at rest")


@rule(SECURITY_CONFIGURATION)
@classify("security", "data", "medium", "mandatory")
def emr_encrypted_in_transit(configuration: Resource) -> Messages:
    """EMR security configurations must encrypt data in transit.

    Without it, the nodes of a cluster exchange data unencrypted.

    References: FSBP EMR.4, Config emr-security-configuration-encryption-transit,
    Checkov CKV_AWS_351
    """
    return _must_enable(configuration, "EnableInTransitEncryption", "encrypt data in transit")


def _must_enable(configuration: Resource, setting: str, requirement: str) -> Messages:
    document = configuration.document("configuration")
    if is_object(document) and is_not_true(
        value_at(document, f"EncryptionConfiguration.{setting}")
    ):
        yield (
            f"The EMR security configuration '{configuration.name}' must {requirement}: set"
            f" EncryptionConfiguration.{setting} in configuration to true."
        )
