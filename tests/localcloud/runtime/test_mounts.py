"""Mounts of file systems in tasks and functions."""

import pytest

from localcloud.layout import Layout
from localcloud.runtime.functions.definition import parse_definition
from localcloud.runtime.mounts import Mount, with_folders
from localcloud.runtime.tasks.task_definition import parse_task_definition

FUNCTION = {
    "FunctionName": "f",
    "FunctionArn": "arn:aws:lambda:eu-west-1:0:function:f",
    "FileSystemConfigs": [
        {
            "Arn": "arn:aws:elasticfilesystem:eu-west-1:0:access-point/fsap-1",
            "LocalMountPath": "/mnt/files",
        }
    ],
}


@pytest.fixture
def layout(tmp_path):
    home = Layout(tmp_path)
    (home.files / "fs-1" / "reports").mkdir(parents=True)
    (home.files / "fsap-1").symlink_to(home.files / "fs-1" / "reports")
    return home


def _task(**efs):
    container = {
        "name": "main",
        "image": "i",
        "mountPoints": [
            {"sourceVolume": "scratch", "containerPath": "/tmp"},
            {"sourceVolume": "files", "containerPath": "/mnt/files"},
        ],
    }
    files = {"fileSystemId": "fs-1", "rootDirectory": "/", **efs}
    return parse_task_definition(
        {
            "taskDefinitionArn": "arn",
            "family": "f",
            "containerDefinitions": [container],
            "volumes": [{"name": "scratch"}, {"name": "files", "efsVolumeConfiguration": files}],
        }
    )


@pytest.mark.parametrize(
    ("mounts", "folder"),
    [
        (parse_definition({"Configuration": FUNCTION}).mounts, "fs-1/reports"),
        (
            _task(authorizationConfig={"accessPointId": "fsap-1"}).containers[0].mounts,
            "fs-1/reports",
        ),
        (_task().containers[0].mounts, "fs-1"),
        (_task(rootDirectory="/reports").containers[0].mounts, "fs-1/reports"),
    ],
    ids=["function", "access-point", "file-system", "directory"],
)
def test_variables_with_the_path_of_a_mount_have_its_folder(layout, mounts, folder):
    declared = {"A": "/mnt/files", "B": "/mnt/files/a.txt", "C": "/mnt/filesystem", "D": "x"}

    found = with_folders(declared, mounts, layout)

    expected = layout.files / folder
    assert found == {
        "A": str(expected),
        "B": str(expected / "a.txt"),
        "C": "/mnt/filesystem",
        "D": "x",
    }


def test_a_mount_without_a_folder_is_told(layout):
    with pytest.raises(OSError, match="/mnt/x cannot be mounted: fsap-2 has no directory /"):
        Mount("/mnt/x", "fsap-2").folder(layout)
