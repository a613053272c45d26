"""Rules on volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.resource import value_at
from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, is_missing, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

VOLUME = "aws:ebs/volume:Volume"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"
SPOT_REQUEST = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"


@rule(
    VOLUME,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A volume outlives its machine, as a snapshot too; whoever gets it must read nothing.",
    references=(
        "FSBP EC2.3",
        "Config encrypted-volumes",
        "Checkov CKV_AWS_3",
        "cdk-nag AwsSolutions-EC26",
    ),
)
def ebs_volume_encrypted(volume: Resource) -> Iterator[str]:
    """Volumes must be encrypted."""
    encrypted = volume.get("encrypted")
    if encrypted is not UNKNOWN and not is_true(encrypted):
        yield f"The volume '{volume.name}' must be encrypted: set encrypted=True."


@rule(
    LAUNCH_TEMPLATE,
    INSTANCE,
    SPOT_REQUEST,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A volume outlives its machine, as a snapshot too; whoever gets it must read nothing.",
    references=(
        "FSBP EC2.3",
        "FSBP EC2.181",
        "Config ec2-launch-templates-ebs-volume-encrypted",
        "Checkov CKV_AWS_8",
    ),
)
def ec2_block_devices_encrypted(machine: Resource) -> Iterator[str]:
    """Volumes that a machine or a launch template makes must be encrypted."""
    if machine.type != LAUNCH_TEMPLATE:
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


def _of_instance(instance: Resource) -> Iterator[str]:
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
