"""Networks: what the contract test does not show."""

from __future__ import annotations

from tests.localcloud.provider.examples.ec2 import SUBNET, TABLE, VPC, subnet

ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
RECORD = "aws:route53/record:Record"


def tables(stage, *names):
    vpc = stage.make(VPC)["id"]
    return [stage.create(TABLE, {"vpcId": vpc}, name=name).id for name in names]


def test_a_subnet_moves_to_another_route_table_and_is_found_under_its_old_id(shared):
    first, second = tables(shared, "first", "second")
    lonely = shared.create(SUBNET, subnet(shared), name="lonely")
    made = shared.create(ASSOCIATION, {"routeTableId": first, "subnetId": lonely.id}, name="moves")

    made = shared.update(made, shared.changed(made, {"routeTableId": second}))

    assert made.outputs["routeTableId"] == second
    assert shared.read(made).inputs == made.inputs
    shared.delete(made)
    assert shared.read(made) is None


def test_a_new_group_lets_nothing_out_that_the_program_does_not_name(shared):
    made = shared.create(GROUP, {"vpcId": shared.make(VPC)["id"]}, name="closed")

    assert made.outputs["egress"] == []


def test_a_rule_that_somebody_adds_is_seen_by_a_refresh(shared, api):
    https = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"]}
    inputs = {"vpcId": shared.make(VPC)["id"], "ingress": [https]}
    made = shared.create(GROUP, inputs, name="drifts")
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}

    api("ec2").authorize_security_group_ingress(
        GroupId=made.id, IpPermissions=[{**ssh, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    )

    ports = sorted(block["fromPort"] for block in shared.read(made).inputs["ingress"])
    assert ports == [22, 443]
    restored = shared.update(shared.read(made), made.inputs)
    assert shared.read(restored).inputs == made.inputs


def test_a_record_that_exists_is_not_overwritten_unless_the_program_says_so(shared):
    zone = shared.create("aws:route53/zone:Zone", {"name": "taken.test"}, name="taken").id
    inputs = {"zoneId": zone, "name": "www", "type": "A", "records": ["127.0.0.1"], "ttl": 60}
    shared.create(RECORD, inputs, name="one")

    error = refused(lambda: shared.create(RECORD, inputs, name="two"))
    overwritten = shared.create(RECORD, {**inputs, "allowOverwrite": True}, name="three")

    assert "a record www.taken.test of type A exists" in error
    assert overwritten.outputs["fqdn"] == "www.taken.test"


def refused(action):
    """Return the text of the error that *action* ends with."""
    try:
        action()
    except Exception as error:  # noqa: BLE001 - whatever gRPC makes of it
        return error.details()
    raise AssertionError("it was not refused")
