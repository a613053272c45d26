"""A file system is a folder on this machine, and an access point a link into it."""

import re

import pytest


@pytest.fixture(scope="module")
def efs(cloud):
    return cloud.client("efs")


def test_an_access_point_leads_to_its_directory(cloud, efs):
    system = efs.create_file_system(CreationToken="folders")["FileSystemId"]
    points = [
        efs.create_access_point(
            FileSystemId=system, ClientToken=token, RootDirectory={"Path": path}
        )
        for token, path in (("a", "/reports"), ("b", "/reports"), ("c", "/../outside"))
    ]
    assert all(re.fullmatch(r"fsap-[0-9a-f]{17}", one["AccessPointId"]) for one in points)
    assert points[0]["AccessPointArn"].endswith(f"access-point/{points[0]['AccessPointId']}")
    reports, same, outside = [cloud.layout.files / one["AccessPointId"] for one in points]

    (reports / "a.txt").write_text("hello")

    assert (same / "a.txt").read_text() == "hello"
    assert (cloud.layout.files / system / "reports" / "a.txt").read_text() == "hello"
    assert outside.resolve() == cloud.layout.files / system / "outside"
    for one in points:
        efs.delete_access_point(AccessPointId=one["AccessPointId"])
    assert not reports.exists()
    efs.delete_file_system(FileSystemId=system)
    assert not (cloud.layout.files / system).exists()
