"""A file system and its mounts in containers and functions."""

import json

import pytest

from components.args import InvalidArgError
from components.data.shared_files import SharedFiles, SharedFilesArgs
from components.microservice import Microservice
from components.service.args import MicroserviceArgs
from components.service.containers import ContainerCompute
from components.service.function import FunctionCompute
from components.service.kinds import Store
from spec.stores.efs import EfsStore
from stacks.kinds.stores import efs
from tests.alarm_routing import ALARMS

ACCESS_POINT = "aws:efs/accessPoint:AccessPoint"
POINT_ARN = "arn:aws:test:::pay-files-access"


def _args(**changes):
    given = {
        "directory": "/files",
        "vpc_id": "vpc-1",
        "subnet_ids": ["a", "b"],
        "allowed_security_groups": {"pay": "sg-pay"},
        "alarms": ALARMS,
        "key_arn": "arn:key",
    }
    return SharedFilesArgs(**{**given, **changes})


def test_files_are_encrypted_and_mounted_with_tls_through_an_access_point(build):
    made = build(lambda: SharedFiles("pay-files", _args()))

    files = made.one("aws:efs/fileSystem:FileSystem", "pay-files-files")
    assert files.inputs == {
        "encrypted": True,
        "kmsKeyId": "arn:key",
        "throughputMode": "elastic",
        "lifecyclePolicies": [
            {"transitionToIa": "AFTER_30_DAYS"},
            {"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
        ],
    }
    assert made.request(files).protect is True
    [policy] = made.all("aws:efs/fileSystemPolicy:FileSystemPolicy")
    [statement] = json.loads(policy.inputs["policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )
    [point] = made.all(ACCESS_POINT)
    assert point.inputs["posixUser"] == {"uid": 10001, "gid": 10001}
    assert point.inputs["rootDirectory"] == {
        "path": "/files",
        "creationInfo": {"ownerUid": 10001, "ownerGid": 10001, "permissions": "0750"},
    }
    targets = made.all("aws:efs/mountTarget:MountTarget")
    assert [(one.name, one.inputs["subnetId"]) for one in targets] == [
        ("pay-files-mount-1", "a"),
        ("pay-files-mount-2", "b"),
    ]
    [admitted] = made.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert (admitted.inputs["fromPort"], admitted.inputs["referencedSecurityGroupId"]) == (
        2049,
        "sg-pay",
    )


@pytest.mark.parametrize("directory", ["/", "files"])
def test_an_access_point_has_a_directory_of_its_own(directory):
    with pytest.raises(InvalidArgError, match="use a path below '/'"):
        _args(directory=directory)


def _service(build, platform, compute, **fields):
    spec = EfsStore(kind="efs", **fields)
    store = Store(define=lambda context: efs.define(spec, context), in_network=True)
    args = MicroserviceArgs(
        description="Pays.",
        owner="team",
        tier="standard",
        platform=platform,
        compute=compute,
        stores={"files": store},
    )
    return build(lambda: Microservice("pay", args))


def _allowed(made, role):
    policy = json.loads(made.one("aws:iam/rolePolicy:RolePolicy", role).inputs["policy"])
    return [s for s in policy["Statement"] if s["Action"][0].startswith("elasticfilesystem")]


ALLOWED = [
    {
        "Effect": "Allow",
        "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        "Resource": ["arn:aws:test:::pay-files-files"],
        "Condition": {"StringEquals": {"elasticfilesystem:AccessPointArn": POINT_ARN}},
    }
]


def test_a_task_mounts_the_files_with_its_role(build, platform):
    compute = ContainerCompute(command=["r"], image_digest="sha256:1", min_tasks=1, max_tasks=1)

    made = _service(build, platform, compute)

    [definition] = made.all("aws:ecs/taskDefinition:TaskDefinition")
    assert definition.inputs["volumes"][1:] == [
        {
            "name": "files",
            "efsVolumeConfiguration": {
                "fileSystemId": "pay-files-files-id",
                "transitEncryption": "ENABLED",
                "authorizationConfig": {
                    "accessPointId": "pay-files-access-id",
                    "iam": "ENABLED",
                },
            },
        }
    ]
    [container] = json.loads(definition.inputs["containerDefinitions"])
    assert container["mountPoints"][1:] == [
        {"sourceVolume": "files", "containerPath": "/mnt/files"}
    ]
    assert {"name": "FILES_PATH", "value": "/mnt/files"} in container["environment"]
    assert _allowed(made, "pay-task-role-policy") == ALLOWED


def test_a_function_mounts_the_files_with_its_role(build, platform, archive):
    made = _service(build, platform, FunctionCompute(archive=archive), path="/mnt/x")

    [function] = made.all("aws:lambda/function:Function")
    assert function.inputs["fileSystemConfig"] == {"arn": POINT_ARN, "localMountPath": "/mnt/x"}
    assert function.inputs["environment"]["variables"]["FILES_PATH"] == "/mnt/x"
    assert function.inputs["vpcConfig"]["subnetIds"] == ["private-a", "private-b"]
    assert _allowed(made, "pay-role-policy") == ALLOWED
