"""Functions that look up networks and images."""

from __future__ import annotations

import grpc
import pytest

from localcloud.provider import sdk, sdk_source
from localcloud.provider.table import table
from tests.localcloud.provider.examples.ec2 import GATEWAY, GROUP, NAT, SUBNET, TABLE, VPC, another
from tests.localcloud.provider.stage import Stage


def look_up(stage, name, **arguments):
    return stage.invoke(f"aws:ec2/{name}:{name}", arguments)


def refused(stage, name, **arguments):
    with pytest.raises(grpc.RpcError) as caught:
        look_up(stage, name, **arguments)
    return caught.value.details()


def by_vpc(vpc):
    return [{"name": "vpc-id", "values": [vpc]}]


@pytest.fixture
def fresh(provider):
    """Connect to a region that no other test uses."""
    found = Stage(provider, config={"region": "eu-central-1"})
    yield found
    found.close()


def test_a_new_account_has_a_default_vpc_with_a_subnet_in_each_zone(fresh):
    stage = fresh
    vpc = look_up(stage, "getVpc", default=True)

    subnets = look_up(stage, "getSubnets", filters=by_vpc(vpc["id"]))
    assert (vpc["default"], vpc["cidrBlock"], vpc["enableDnsHostnames"]) == (
        True,
        "172.31.0.0/16",
        True,
    )
    assert len(subnets["ids"]) == 3
    found = [look_up(stage, "getSubnet", id=id_) for id_ in subnets["ids"]]
    assert {item["availabilityZone"] for item in found} == {f"eu-central-1{z}" for z in "abc"}
    assert all(item["defaultForAz"] and item["mapPublicIpOnLaunch"] for item in found)
    gateway = look_up(
        stage,
        "getInternetGateway",
        filters=[{"name": "attachment.vpc-id", "values": [vpc["id"]]}],
    )
    main = look_up(stage, "getRouteTable", routeTableId=vpc["mainRouteTableId"])
    assert main["routes"] == [{"cidrBlock": "0.0.0.0/0", "gatewayId": gateway["id"]}]


@pytest.mark.parametrize(
    ("name", "type_", "argument", "outputs"),
    [
        ("getVpc", VPC, "id", "cidrBlock arn ownerId enableDnsHostnames mainRouteTableId tags"),
        ("getSubnet", SUBNET, "id", "cidrBlock arn vpcId availabilityZone tags"),
        ("getRouteTable", TABLE, "routeTableId", "arn vpcId ownerId"),
        ("getSecurityGroup", GROUP, "id", "arn vpcId name description"),
        ("getInternetGateway", GATEWAY, "internetGatewayId", "arn ownerId"),
    ],
)
def test_an_object_of_a_program_is_found_with_the_outputs_of_its_type(
    shared, name, type_, argument, outputs
):
    made = shared.make(type_)

    found = look_up(shared, name, **{argument: made["id"]})

    wanted = {key: made.get(key) for key in outputs.split()}
    if "tags" in wanted:  # other tests tag the shared objects, too
        wanted["tags"] = made["tagsAll"] | found["tags"]
        assert made["tagsAll"].items() <= found["tags"].items()
    assert {key: found[key] for key in wanted} == wanted
    kinds = sdk_source.result(f"aws:ec2/{name}:{name}").kinds
    assert {key: sdk.convert(kinds[key], value) for key, value in found.items()} == found


def test_blocks_are_answered_under_the_names_of_the_sdk(shared):
    vpc, nat = (shared.make(type_) for type_ in (VPC, NAT))
    route = {"cidrBlock": "0.0.0.0/0", "natGatewayId": nat["id"]}
    routes = another(shared, TABLE, {"vpcId": vpc["id"], "routes": [route]})

    blocks = look_up(shared, "getVpc", id=vpc["id"])["cidrBlockAssociations"]
    found = look_up(shared, "getRouteTable", routeTableId=routes)["routes"]

    assert [(b["cidrBlock"], b["state"]) for b in blocks] == [(vpc["cidrBlock"], "associated")]
    assert found == [route]


@pytest.mark.parametrize(
    ("name", "type_"), [("getRouteTables", TABLE), ("getSecurityGroups", GROUP)]
)
def test_several_objects_are_found_by_their_vpc(shared, name, type_):
    made = shared.make(type_)

    found = look_up(shared, name, filters=by_vpc(made["vpcId"]))

    assert made["id"] in found["ids"]
    assert look_up(shared, name, filters=by_vpc("vpc-0"))["ids"] == []


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("getVpc", {"tags": {"Name": "absent"}}, "no matching EC2 VPC found"),
        ("getVpc", {"id": "vpc-0"}, "no matching EC2 VPC found"),
        ("getSubnet", {"defaultForAz": True}, "multiple EC2 Subnets matched"),
        ("getInstanceType", {"instanceType": "t9.huge"}, "no EC2 instance type t9.huge found"),
        ("getAmi", {"owners": ["self"]}, "no matching EC2 image found"),
        ("getAmi", {"owners": ["amazon"]}, "multiple EC2 images matched"),
    ],
)
def test_a_search_without_one_result_says_what_to_write(stage, name, arguments, reason):
    text = refused(stage, name, **arguments)

    assert text.startswith(reason)
    assert f"- token: aws:ec2/{name}:{name}" in text


@pytest.mark.parametrize(
    ("owner", "name", "architecture"),
    [
        ("amazon", "al2023-ami-2023.*-kernel-6.1-x86_64", "x86_64"),
        ("amazon", "amzn2-ami-hvm-*-x86_64-gp2", "x86_64"),
        ("099720109477", "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*", "x86_64"),
        ("099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-*", "arm64"),
    ],
)
def test_the_latest_of_the_usual_images_is_found(stage, owner, name, architecture):
    arguments = {"owners": [owner], "filters": [{"name": "name", "values": [name]}]}

    found = look_up(stage, "getAmi", mostRecent=True, **arguments)

    assert (found["architecture"], found["virtualizationType"]) == (architecture, "hvm")
    assert look_up(stage, "getAmiIds", **arguments)["ids"][0] == found["id"] == found["imageId"]
    pattern = name.split("*")[0]
    assert found["name"].startswith(pattern)
    assert look_up(stage, "getAmi", nameRegex=f"^{pattern}", **arguments, mostRecent=True) == {
        **found,
        "nameRegex": f"^{pattern}",
    }


def test_an_instance_type_is_described(stage):
    found = look_up(stage, "getInstanceType", instanceType="t3.micro")

    assert (found["defaultVcpus"], found["memorySize"], found["currentGeneration"]) == (
        2,
        1024,
        True,
    )
    assert (found["supportedArchitectures"], found["hypervisor"]) == (["x86_64"], "nitro")
    assert found["maximumNetworkInterfaces"] == 2


def test_every_lookup_is_a_function_of_the_sdk():
    assert [token for token in table().lookups if not sdk_source.result(token).kinds] == []
