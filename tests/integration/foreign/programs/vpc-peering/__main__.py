"""Two VPCs with public and private subnets, and a peering connection between them."""

import pulumi
from pulumi_aws import ec2, get_availability_zones

zones = get_availability_zones(state="available").names[:2]


class Network:
    """A VPC with a public and a private subnet in each zone."""

    def __init__(self, name: str, prefix: str) -> None:
        self.cidr = f"{prefix}.0.0/16"
        self.vpc = ec2.Vpc(
            name,
            cidr_block=self.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": name},
        )
        gateway = ec2.InternetGateway(name, vpc_id=self.vpc.id)
        public = ec2.RouteTable(
            f"{name}-public",
            vpc_id=self.vpc.id,
            routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}],
        )
        self.private = ec2.RouteTable(f"{name}-private", vpc_id=self.vpc.id)
        for number, zone in enumerate(zones):
            for kind, table in (("public", public), ("private", self.private)):
                third = number + (100 if kind == "private" else 0)
                subnet = ec2.Subnet(
                    f"{name}-{kind}-{number}",
                    vpc_id=self.vpc.id,
                    cidr_block=f"{prefix}.{third}.0/24",
                    availability_zone=zone,
                    map_public_ip_on_launch=kind == "public",
                )
                ec2.RouteTableAssociation(
                    f"{name}-{kind}-{number}", subnet_id=subnet.id, route_table_id=table.id
                )


shop, data = Network("shop", "10.10"), Network("data", "10.20")
peering = ec2.VpcPeeringConnection(
    "shop-data", vpc_id=shop.vpc.id, peer_vpc_id=data.vpc.id, auto_accept=True
)
for name, one, other in (("shop", shop, data), ("data", data, shop)):
    ec2.Route(
        f"{name}-peering",
        route_table_id=one.private.id,
        destination_cidr_block=other.cidr,
        vpc_peering_connection_id=peering.id,
    )

pulumi.export("vpcs", [shop.vpc.id, data.vpc.id])
pulumi.export("status", peering.accept_status)
