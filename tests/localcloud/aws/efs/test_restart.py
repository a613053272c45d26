"""Mount targets outlive the process: they give back the addresses of their subnets."""

import pytest

from tests.localcloud.aws.control_process import ControlProcess


@pytest.fixture
def process(tmp_path):
    found = ControlProcess(tmp_path)
    found.start()
    yield found
    found.stop()


def test_a_mount_target_gives_its_address_back_after_a_restart(process):
    ec2 = process.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]

    def free():
        found = process.client("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"][0]
        return found["AvailableIpAddressCount"]

    before = free()
    efs = process.client("efs")
    system = efs.create_file_system(CreationToken="restart")["FileSystemId"]
    target = efs.create_mount_target(FileSystemId=system, SubnetId=subnet)["MountTargetId"]
    (process.layout.files / system / "a.txt").write_text("kept")
    used = free()
    process.kill()
    process.start()
    efs = process.client("efs")

    assert used < before
    assert (process.layout.files / system / "a.txt").read_text() == "kept"
    efs.delete_mount_target(MountTargetId=target)
    assert free() == before
    efs.delete_file_system(FileSystemId=system)
    process.client("ec2").delete_subnet(SubnetId=subnet)
