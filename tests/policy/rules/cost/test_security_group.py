"""What the rule on security groups without use accepts and refuses."""

from policy.rules.cost.security_group import security_group_attached
from policy.testing import check_stack, resource, stack, unknown

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
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
        security_group_attached,
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
