"""Tests of policy.rules.security_group.groups."""

from policy.rules.security_group import groups as rules
from policy.testing import check, check_stack, messages, resource, stack, unknown
from tests.policy.rules.samples.security_groups import INGRESS, entry, ingress

GROUP = "aws:ec2/securityGroup:SecurityGroup"
SERVICE = "aws:ecs/service:Service"
DATABASE = "aws:rds/instance:Instance"
SG = "sg-0123456789abcdef0"


def service(groups):
    configuration = {"subnets": ["subnet-1"], "securityGroups": groups}
    return resource(SERVICE, "orders", {"networkConfiguration": configuration})


def test_security_group_attached():
    component = resource("shop:net:Guard", "guard", {"securityGroupId": SG})
    group = resource(
        GROUP, "guard-group", {"id": SG, "name": "guard", "vpcId": "vpc-1"}, parent=component.urn
    )
    door = resource(INGRESS, "door", {"securityGroupId": SG, "ipProtocol": "tcp"})
    other = resource(
        GROUP, "other", {"id": "sg-9", "ingress": [{"securityGroups": [SG], "protocol": "tcp"}]}
    )
    uses_other = resource(DATABASE, "ledger", {"vpcSecurityGroupIds": ["sg-9"]})
    root = resource("pulumi:pulumi:Stack", "shop-dev", {"guard": SG})
    holder = resource("shop:net:Network", "holder", {"securityGroupId": unknown})

    def depends_on(one, key="networkConfiguration"):
        return {"orders": {key: [one]}}

    check_stack(
        rules.security_group_attached,
        kept=[
            stack(group, service([SG])),
            stack(group, service([unknown]), property_dependencies=depends_on(group)),
            stack(
                component, group, service([unknown]), property_dependencies=depends_on(component)
            ),
            stack(group, service([unknown])),
            stack(group, resource(DATABASE, "orders", {"vpcSecurityGroupIds": unknown})),
            stack(service([SG])),
            stack(
                group,
                resource("aws:lambda/function:Function", "f", {"environment": f"groups={SG}"}),
            ),
        ],
        broken=[
            stack(group),
            stack(group, door),
            stack(group, door, property_dependencies={"door": {"securityGroupId": [group]}}),
            stack(group, other, uses_other),
            stack(component, group),
            stack(group, root),
            stack(group, holder),
            stack(group, service(["sg-9"])),
            stack(group, service([unknown]), property_dependencies=depends_on(other)),
        ],
    )


def test_security_group_default_not_refilled():
    closed = resource("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "a", {"id": "sg-1"})
    own = resource("aws:ec2/securityGroup:SecurityGroup", "own", {"id": "sg-2"})
    vpc = resource("aws:ec2/vpc:Vpc", "vpc", {"id": "vpc-1", "defaultSecurityGroupId": "sg-3"})

    def program(group, joined=None, typ=INGRESS):
        entry = resource(typ, "legacy", {"securityGroupId": group, "ipProtocol": "-1"})
        joins = {"legacy": {"securityGroupId": [joined]}} if joined else None
        return stack(closed, own, vpc, entry, property_dependencies=joins)

    check_stack(
        rules.security_group_default_not_refilled,
        kept=[program("sg-2"), program(unknown, own), program(unknown), stack(closed, vpc)],
        broken=[
            program("sg-1"),
            program("sg-3"),
            program(unknown, closed),
            program(unknown, vpc),
            program("sg-1", typ="aws:ec2/securityGroupRule:SecurityGroupRule"),
            program("sg-1", typ="aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
        ],
    )


def test_security_group_default_adopted():
    vpc = resource("aws:ec2/vpc:Vpc", "shop", {"id": "vpc-1", "cidrBlock": "10.0.0.0/16"})
    typ = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
    adopted = stack(
        vpc,
        resource(typ, "default", {"vpcId": unknown}),
        property_dependencies={"default": {"vpcId": [vpc]}},
    )

    assert messages(rules.security_group_default_adopted, adopted) == []
    assert "'shop' must manage" in messages(rules.security_group_default_adopted, stack(vpc))[0]


def test_security_group_described():
    check(
        rules.security_group_described,
        "aws:ec2/securityGroup:SecurityGroup",
        {"vpcId": "vpc-1", "description": "Orders: from the load balancer"}
        | entry(443, description="HTTPS"),
        kept=[entry(443, description=unknown)],
        broken=[{"description": None}, {"description": "Managed by Pulumi"}, entry(443)],
        unknown_at=["description", "ingress"],
    )
    check(
        rules.security_group_described,
        INGRESS,
        ingress(443, description="HTTPS"),
        broken=[{"description": None}],
        unknown_at=["description"],
    )


def test_security_group_rules_one_style():
    def group(**changes):
        props = {"id": "sg-1", "vpcId": "vpc-1"} | changes
        return resource("aws:ec2/securityGroup:SecurityGroup", "shop", props)

    standalone = resource(INGRESS, "https", ingress(443, securityGroupId="sg-1"))
    rule = rules.security_group_rules_one_style
    assert messages(rule, stack(group(), standalone)) == []
    assert messages(rule, stack(group(**entry(443)))) == []
    assert messages(rule, stack(group(ingress=unknown), standalone)) == []
    assert "'shop' must" in messages(rule, stack(group(**entry(22)), standalone))[0]
    reported = entry(443, cidrBlocks=["10.0.0.0/16"])
    assert messages(rule, stack(group(**reported), standalone)) == []
