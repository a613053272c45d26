"""A container on Fargate behind an Application Load Balancer, in the default VPC."""

import json

import pulumi
from pulumi_aws import ec2, ecs, iam, lb

config = pulumi.Config()
image = config.get("image") or "nginx:latest"
port = config.get_int("port") or 80

vpc = ec2.get_vpc(default=True)
subnets = ec2.get_subnets(filters=[{"name": "vpc-id", "values": [vpc.id]}])

group = ec2.SecurityGroup(
    "web",
    vpc_id=vpc.id,
    description="HTTP from anywhere",
    ingress=[
        {"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["0.0.0.0/0"]},
        {"protocol": "tcp", "from_port": port, "to_port": port, "self": True},
    ],
    egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
)
balancer = lb.LoadBalancer("web", security_groups=[group.id], subnets=subnets.ids)
targets = lb.TargetGroup(
    "web", port=port, protocol="HTTP", target_type="ip", vpc_id=vpc.id, health_check={"path": "/"}
)
listener = lb.Listener(
    "web",
    load_balancer_arn=balancer.arn,
    port=80,
    default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
)

role = iam.Role(
    "execution",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)
iam.RolePolicyAttachment(
    "execution",
    role=role.name,
    policy_arn="arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
)
task = ecs.TaskDefinition(
    "web",
    family="web",
    cpu="256",
    memory="512",
    network_mode="awsvpc",
    requires_compatibilities=["FARGATE"],
    execution_role_arn=role.arn,
    container_definitions=json.dumps(
        [
            {
                "name": "web",
                "image": image,
                "portMappings": [{"containerPort": port, "hostPort": port, "protocol": "tcp"}],
            }
        ]
    ),
)
ecs.Service(
    "web",
    cluster=ecs.Cluster("web").arn,
    desired_count=1,
    launch_type="FARGATE",
    task_definition=task.arn,
    network_configuration={
        "assign_public_ip": True,
        "subnets": subnets.ids,
        "security_groups": [group.id],
    },
    load_balancers=[
        {"target_group_arn": targets.arn, "container_name": "web", "container_port": port}
    ],
    opts=pulumi.ResourceOptions(depends_on=[listener]),
)

pulumi.export("url", pulumi.Output.concat("http://", balancer.dns_name))
