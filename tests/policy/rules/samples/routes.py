"""Subnets and their default routes."""

from policy.testing import resource


def subnet(name="shop", **changes):
    props = {"id": f"subnet-{name}", "vpcId": "vpc-1", "cidrBlock": "10.0.0.0/20"}
    return resource("aws:ec2/subnet:Subnet", name, props | changes)


def routed(gateway, *, inline=False, target=None):
    """Return the resources and dependencies of a subnet with a default route to *gateway*."""
    target = target or subnet()
    route = {"cidrBlock": "0.0.0.0/0", **gateway}
    table = resource(
        "aws:ec2/routeTable:RouteTable",
        "table",
        {"id": "rtb-1", "vpcId": "vpc-1"} | ({"routes": [route]} if inline else {}),
    )
    resources = [
        target,
        table,
        resource("aws:ec2/internetGateway:InternetGateway", "gateway", {"id": "igw-1"}),
        resource(
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            "association",
            {"subnetId": target.props["id"], "routeTableId": "rtb-1"},
        ),
    ]
    if not inline:
        own = {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", **gateway}
        resources.append(resource("aws:ec2/route:Route", "route", own))
    return resources
