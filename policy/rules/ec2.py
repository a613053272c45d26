"""Rules on EC2 instances and launch templates."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.remediation import changed_inputs
from policy.engine.requirement import require_value
from policy.engine.resource import value_at
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.secrets import contains_secret, decoded
from policy.engine.values import UNKNOWN, is_missing, is_true, number

SPOT_REQUEST = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"
MACHINES = (aws.EC2_LAUNCH_TEMPLATE, aws.EC2_INSTANCE, SPOT_REQUEST)
METADATA = "metadataOptions"


@rule(aws.EC2_LAUNCH_TEMPLATE, aws.EC2_INSTANCE, SPOT_REQUEST)
@classify("security", "storage", "high", "mandatory")
def ec2_block_devices_encrypted(machine: Resource) -> Messages:
    """Volumes of instances and launch templates must be encrypted.

    Volumes and their snapshots outlive instances; unencrypted copies can be read by anyone who
    obtains them.

    References: FSBP EC2.3 (ec2/instance ec2/spotInstanceRequest),
    FSBP EC2.181 (ec2/launchTemplate), Config ec2-launch-templates-ebs-volume-encrypted,
    Checkov CKV_AWS_8
    """
    if machine.type != aws.EC2_LAUNCH_TEMPLATE:
        yield from _of_instance(machine)
        return
    for device in machine.entries("blockDeviceMappings"):
        ebs_is_absent = not (
            is_missing(device.get("noDevice")) and is_missing(device.get("virtualName"))
        )
        if _is_plain(value_at(device, "ebs.encrypted")) and not ebs_is_absent:
            yield (
                f"The device '{device.get('deviceName')}' of the launch template '{machine.name}'"
                " must be encrypted: set ebs.encrypted=True in block_device_mappings."
            )


def _of_instance(instance: Resource) -> Messages:
    root = instance.get("rootBlockDevice")
    by_template = is_missing(root) and not instance.is_missing("launchTemplate")
    if not by_template and _is_plain(instance.get("rootBlockDevice.encrypted")):
        yield (
            f"The root volume of the instance '{instance.name}' must be encrypted: set"
            " root_block_device.encrypted=True."
        )
    for device in instance.entries("ebsBlockDevices"):
        if _is_plain(device.get("encrypted")):
            yield (
                f"The device '{device.get('deviceName')}' of the instance '{instance.name}' must be"
                " encrypted: set encrypted=True in ebs_block_devices."
            )


def _is_plain(encrypted: Any) -> bool:
    return encrypted is not UNKNOWN and not is_true(encrypted)


@rule(
    *MACHINES,
    remediate=lambda found: changed_inputs(found, {"metadataOptions.httpTokens": "required"}),
)
@classify("security", "compute", "high", "mandatory")
def ec2_imds_token_required(machine: Resource) -> Messages:
    """Instances must require a token for instance metadata (IMDSv2).

    With IMDSv1, server-side request forgery can read the instance role's credentials.

    References: FSBP EC2.8 (ec2/instance ec2/spotInstanceRequest),
    FSBP EC2.170 (ec2/launchTemplate), CIS 3.0 5.6, CIS 7.0 6.7, Config ec2-imdsv2-check,
    Config ec2-launch-template-imdsv2-check, Checkov CKV_AWS_79
    Remediation: Set metadata_options.http_tokens to "required".
    """
    tokens, endpoint = (
        machine.get(f"{METADATA}.httpTokens"),
        machine.get(f"{METADATA}.httpEndpoint"),
    )
    if tokens in ("required", UNKNOWN) or endpoint in ("disabled", UNKNOWN):
        return
    from_template = machine.type != aws.EC2_LAUNCH_TEMPLATE and not machine.is_missing(
        "launchTemplate"
    )
    if is_missing(tokens) and from_template:
        return
    yield (
        f"The instance '{machine.name}' must require a token for instance metadata: set"
        ' metadata_options.http_tokens="required".'
    )


@rule(*MACHINES, params={"maxHops": 2})
@classify("security", "compute", "medium", "mandatory")
def ec2_imds_hop_limit(machine: Resource) -> Messages:
    """Instances must have a low hop limit for instance metadata.

    A higher hop limit lets containers and forwarded traffic reach the instance role's credentials.

    References: Config ec2-token-hop-limit-check, Checkov CKV_AWS_341
    """
    limit = int(machine.params["maxHops"])
    if (number(machine.get(f"{METADATA}.httpPutResponseHopLimit")) or 0) > limit:
        yield (
            f"The instance '{machine.name}' must have a low hop limit for metadata: set"
            f" metadata_options.http_put_response_hop_limit to {limit} or less."
        )


@rule(*MACHINES)
@classify("security", "compute", "high", "mandatory")
def ec2_no_public_ip(machine: Resource) -> Messages:
    """Instances must not have public IP addresses.

    Instances with public IP addresses are scanned and attacked within minutes.

    References: FSBP EC2.9 (ec2/instance ec2/spotInstanceRequest),
    FSBP EC2.25 (ec2/launchTemplate), Config ec2-instance-no-public-ip,
    Config ec2-launch-template-public-ip-disabled, Checkov CKV_AWS_88
    """
    nested = machine.type == aws.EC2_LAUNCH_TEMPLATE
    path = "networkInterfaces.associatePublicIpAddress" if nested else "associatePublicIpAddress"
    if any(is_true(one) for one in machine.all(path)):
        argument = "associate_public_ip_address"
        argument = f"network_interfaces.{argument}" if nested else argument
        yield (
            f"The instance '{machine.name}' must not have a public IP address: set"
            f" {argument}=False."
        )


@rule(*MACHINES)
@classify("security", "compute", "critical", "mandatory")
def ec2_user_data_no_credentials(machine: Resource) -> Messages:
    """User data of instances must not contain credentials.

    User data is readable by every process on the instance and through the EC2 API.

    References: Checkov CKV_AWS_46
    """
    for path, argument in (("userData", "user_data"), ("userDataBase64", "user_data_base64")):
        text = machine.get(path)
        if not isinstance(text, str):
            continue
        if contains_secret(machine.settings, text) or contains_secret(
            machine.settings, decoded(text)
        ):
            yield (
                f"The instance '{machine.name}' must not contain credentials in {argument}: set"
                " iam_instance_profile, or read a secret when it starts."
            )


@require_value("aws:ec2/networkInterface:NetworkInterface", path="sourceDestCheck", default=True)
@classify("security", "network", "medium", "advisory")
def ec2_network_interface_source_dest_check() -> None:
    """Network interfaces must check the source and destination of packets.

    An interface without the check can forward, and listen to, the traffic of others.

    References: FSBP EC2.180, Config ec2-enis-source-destination-check-enabled
    """
