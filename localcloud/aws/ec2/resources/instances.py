"""EC2: instances, which exist with their addresses but run nothing, volumes, and attachments."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from localcloud.aws.ec2.resources.vpcs import TAGS, by_id
from localcloud.provider.cloud import AwsError
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Mode, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

SENT = {
    "ami": "ImageId",
    "instanceType": "InstanceType",
    "keyName": "KeyName",
    "privateIp": "PrivateIpAddress",
    "securityGroups": "SecurityGroups",
    "subnetId": "SubnetId",
    "vpcSecurityGroupIds": "SecurityGroupIds",
}
"""Inputs of an instance that decide its addresses -> member of RunInstances."""


def run(context: Context) -> str:
    """Make the instance known to EC2."""
    wanted: dict[str, Any] = {
        member: context.inputs[key] for key, member in SENT.items() if context.inputs.get(key)
    }
    if zone := context.inputs.get("availabilityZone"):
        wanted["Placement"] = {"AvailabilityZone": zone}
    if context.tags:
        pairs = [{"Key": key, "Value": value} for key, value in context.tags.items()]
        wanted["TagSpecifications"] = [{"ResourceType": "instance", "Tags": pairs}]
        context.tags_sent = True
    made = context.call("RunInstances", MinCount=1, MaxCount=1, **wanted)
    return made["Instances"][0]["InstanceId"]


def instance_outputs(context: Context, _found: Properties) -> Properties:
    """Return what EC2 knows of the instance."""
    try:
        answer = context.call("DescribeInstances", InstanceIds=[context.id])
        [found] = [one for group in answer["Reservations"] for one in group["Instances"]]
    except (AwsError, ValueError):  # it was terminated outside of Pulumi
        return {"instanceState": "terminated"}
    interfaces = found.get("NetworkInterfaces") or [{}]
    place = f"{context.partition}:ec2:{context.region}:{context.account}"
    return {
        "arn": f"arn:{place}:instance/{context.id}",
        "availabilityZone": found["Placement"]["AvailabilityZone"],
        "instanceState": found["State"]["Name"],
        "primaryNetworkInterfaceId": interfaces[0].get("NetworkInterfaceId", ""),
        "privateDns": found.get("PrivateDnsName", ""),
        "privateIp": found.get("PrivateIpAddress", ""),
        "publicDns": found.get("PublicDnsName", ""),
        "publicIp": found.get("PublicIpAddress", ""),
        "subnetId": found.get("SubnetId", ""),
        "vpcSecurityGroupIds": [group["GroupId"] for group in found.get("SecurityGroups", ())],
    }


def check_instance(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of EC2's constraints across the inputs of an instance."""
    if inputs.get("userData") and inputs.get("userDataBase64"):
        yield CheckFailure("userDataBase64", "conflicts with userData: set one of them")
    if inputs.get("securityGroups") and inputs.get("vpcSecurityGroupIds"):
        yield CheckFailure("securityGroups", "conflicts with vpcSecurityGroupIds: set one of them")


def other_user_data(olds: Properties, news: Properties) -> Iterator[str]:
    """Yield the user data if a change of it is to replace the instance."""
    for key in ("userData", "userDataBase64"):
        if news.get("userDataReplaceOnChange") and olds.get(key) != news.get(key):
            yield key


def attachment_id(device: str, instance: str, volume: str) -> str:
    """Return the ID of an attachment."""
    return f"vai-{zlib.crc32(f'{device}-{instance}-{volume}'.encode())}"


def attach(context: Context) -> str:
    """Attach the volume to the instance."""
    device, instance, volume = (context.inputs[key] for key in ATTACHMENT)
    context.call("AttachVolume", Device=device, InstanceId=instance, VolumeId=volume)
    return attachment_id(device, instance, volume)


VOLUME_TYPES = ("standard", "gp2", "gp3", "io1", "io2", "sc1", "st1")
ATTACHMENT = ("deviceName", "instanceId", "volumeId")


def read_attachment(context: Context) -> Properties | None:
    """Return the attachment, None if the volume is not attached to the instance."""
    device, instance, volume = (context.get(key) for key in ATTACHMENT)
    for found in context.call("DescribeVolumes", VolumeIds=[volume])["Volumes"]:
        for one in found.get("Attachments", ()):
            if (one.get("Device"), one.get("InstanceId")) == (device, instance):
                return {"deviceName": device, "instanceId": instance, "volumeId": volume}
    return None


def detach(context: Context) -> None:
    """Detach the volume, unless `skipDestroy` is set."""
    if not context.get("skipDestroy"):
        device, instance, volume = (context.get(key) for key in ATTACHMENT)
        context.call("DetachVolume", Device=device, InstanceId=instance, VolumeId=volume)


def attachment_of(id_: str) -> Properties:
    """Split the ID of an import: `device:volume:instance`."""
    device, volume, instance = id_.split(":")
    place = {"deviceName": device, "instanceId": instance, "volumeId": volume}
    return {**place, "id": attachment_id(device, instance, volume)}


def associate(context: Context) -> str:
    """Associate an Elastic IP address with an instance or a network interface."""
    return context.call_with_inputs(Op(name="AssociateAddress"))["AssociationId"]


def read_association(context: Context) -> Properties | None:
    """Return the association with the SDK's names."""
    look = by_id({"association-id": context.id})
    found = context.call("DescribeAddresses", Filters=look)["Addresses"]
    return found[0] if found else None


INSTANCE = Row(
    type="aws:ec2/instance:Instance",
    service="ec2",
    mode=Mode.RECORDED,
    inputs={
        **each(
            REPLACE,
            """ami associatePublicIpAddress availabilityZone cpuOptions enclaveOptions
            ephemeralBlockDevices getPasswordData hibernation hostId hostResourceGroupArn
            instanceMarketOptions ipv6AddressCount ipv6Addresses keyName networkInterfaces
            placementGroup placementGroupId placementPartitionNumber primaryNetworkInterface
            privateIp region secondaryNetworkInterfaces securityGroups subnetId tenancy""",
        ),
        **each(
            UPDATE,
            """capacityReservationSpecification creditSpecification disableApiStop
            disableApiTermination ebsBlockDevices ebsOptimized enablePrimaryIpv6 iamInstanceProfile
            instanceInitiatedShutdownBehavior instanceType launchTemplate maintenanceOptions
            metadataOptions monitoring privateDnsNameOptions rootBlockDevice secondaryPrivateIps
            tags userData userDataBase64 volumeTags vpcSecurityGroupIds""",
        ),
        **each(UPDATE, "forceDestroy userDataReplaceOnChange", state_only=True),
        "sourceDestCheck": Input(UPDATE, default=True),
    },
    create=run,
    computed=instance_outputs,
    delete=lambda context: context.call("TerminateInstances", InstanceIds=[context.id]),
    replaces=other_user_data,
    check=check_instance,
    check_operations=("RunInstances",),
)

VOLUME = Row(
    type="aws:ebs/volume:Volume",
    service="ec2",
    inputs={
        **each(REPLACE, "availabilityZone encrypted kmsKeyId multiAttachEnabled region"),
        "snapshotId": Input(REPLACE, supported=False),
        "outpostArn": Input(REPLACE, supported=False),
        **each(UPDATE, "iops tags throughput"),
        "type": Input(UPDATE, limit=Limit(one_of=VOLUME_TYPES)),
        "size": Input(UPDATE, limit=Limit(1, 65_536)),
        "finalSnapshot": Input(UPDATE, supported=False),
        "volumeInitializationRate": Input(REPLACE, supported=False),
    },
    create=Op(name="CreateVolume", rename={"type": "VolumeType"}),
    id="VolumeId",
    read=Op(name="DescribeVolumes", keys={"VolumeIds": "id"}, result="Volumes[0]"),
    update=Op(name="ModifyVolume", keys={"VolumeId": "id"}, rename={"type": "VolumeType"}),
    delete=Op(name="DeleteVolume", keys={"VolumeId": "id"}),
    outputs={"type": "VolumeType"},
    tags=TAGS,
    arn="arn:{partition}:ec2:{region}:{account}:volume/{id}",
    check_operations=("CreateVolume",),
)

VOLUME_ATTACHMENT = Row(
    type="aws:ec2/volumeAttachment:VolumeAttachment",
    service="ec2",
    inputs={
        **each(REPLACE, "deviceName instanceId region volumeId"),
        **each(UPDATE, "forceDetach skipDestroy stopInstanceBeforeDetaching", state_only=True),
    },
    create=attach,
    read=read_attachment,
    delete=detach,
    from_id=attachment_of,
    not_found_codes="IncorrectState InvalidAttachment.NotFound",
)

EIP_ASSOCIATION = Row(
    type="aws:ec2/eipAssociation:EipAssociation",
    service="ec2",
    inputs=each(
        REPLACE,
        """allocationId allowReassociation instanceId networkInterfaceId privateIpAddress publicIp
        region""",
    ),
    create=associate,
    read=read_association,
    delete=Op(name="DisassociateAddress", keys={"AssociationId": "id"}),
    check_operations=("AssociateAddress",),
)

ROWS = (INSTANCE, VOLUME, VOLUME_ATTACHMENT, EIP_ASSOCIATION)
