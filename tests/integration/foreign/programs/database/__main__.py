"""A PostgreSQL instance, its generated password, and a secret with everything to connect."""

import pulumi
import pulumi_random as random
from pulumi_aws import ec2, rds, secretsmanager

config = pulumi.Config()
user = config.get("user") or "app"

vpc = ec2.get_vpc(default=True)
subnets = ec2.get_subnets(filters=[{"name": "vpc-id", "values": [vpc.id]}])
group = ec2.SecurityGroup(
    "database",
    vpc_id=vpc.id,
    ingress=[
        {
            "protocol": "tcp",
            "from_port": 5432,
            "to_port": 5432,
            "cidr_blocks": [vpc.cidr_block],
        }
    ],
)
password = random.RandomPassword("database", length=24, special=False)
database = rds.Instance(
    "database",
    engine="postgres",
    instance_class="db.t4g.micro",
    allocated_storage=20,
    db_name="shop",
    username=user,
    password=password.result,
    db_subnet_group_name=rds.SubnetGroup("database", subnet_ids=subnets.ids).name,
    vpc_security_group_ids=[group.id],
    skip_final_snapshot=True,
)
secret = secretsmanager.Secret("database", recovery_window_in_days=0)
secretsmanager.SecretVersion(
    "database",
    secret_id=secret.id,
    secret_string=pulumi.Output.json_dumps(
        {
            "engine": "postgres",
            "host": database.address,
            "port": database.port,
            "dbname": database.db_name,
            "username": user,
            "password": password.result,
        }
    ),
)

pulumi.export("secret", secret.arn)
pulumi.export("endpoint", database.endpoint)
