"""Errors that people search for: AWS's own code and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
import pytest

from tests.localcloud.provider.examples.documents import allow, trust
from tests.localcloud.provider.examples.ec2 import GROUP, SUBNET, VPC, subnet
from tests.localcloud.provider.examples.ecs import CLUSTER
from tests.localcloud.provider.examples.lambda_ import FUNCTION
from tests.localcloud.provider.examples.lb import BALANCER, LISTENER, TARGETS, balancer, targets
from tests.localcloud.provider.stage import all_examples

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Made, Stage

BUCKET = "aws:s3/bucket:Bucket"
GATEWAY = "aws:ec2/internetGateway:InternetGateway"
GROUP_OF_SUBNETS = "aws:rds/subnetGroup:SubnetGroup"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
QUEUE = "aws:sqs/queue:Queue"
REPOSITORY = "aws:ecr/repository:Repository"
ROLE = "aws:iam/role:Role"
SECRET = "aws:secretsmanager/secret:Secret"
TABLE = "aws:dynamodb/table:Table"
ALIAS = "aws:kms/alias:Alias"

IN_USE = (
    (
        BUCKET,
        "bucket",
        {},
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
    ),
    (
        ROLE,
        "name",
        {"description": "other"},
        "EntityAlreadyExists",
        "Role with name {name} already exists.",
    ),
    (
        QUEUE,
        "name",
        {"visibilityTimeoutSeconds": 46},
        "QueueAlreadyExists",
        (
            "A queue already exists with the same name and a different value for attribute"
            " VisibilityTimeout"
        ),
    ),
    (TABLE, "name", {}, "ResourceInUseException", "Table already exists: {name}"),
    (LOGS, "name", {}, "ResourceAlreadyExistsException", "The specified log group already exists"),
    (
        BALANCER,
        "name",
        {"internal": True},
        "DuplicateLoadBalancerName",
        "A load balancer with the same name '{name}' exists, but with different settings",
    ),
    (
        TARGETS,
        "name",
        {"port": 9090},
        "DuplicateTargetGroupName",
        "A target group with the same name '{name}' exists, but with different settings",
    ),
    (FUNCTION, "name", {}, "ResourceConflictException", "Function already exist: {name}"),
    (
        REPOSITORY,
        "name",
        {},
        "RepositoryAlreadyExistsException",
        "The repository with name '{name}' already exists in the registry with id '000000000000'",
    ),
    (
        ALIAS,
        "name",
        {},
        "AlreadyExistsException",
        "An alias with the name arn:aws:kms:eu-west-1:000000000000:{name} already exists",
    ),
    (
        GROUP,
        "name",
        {},
        "InvalidGroup.Duplicate",
        "The security group '{name}' already exists for VPC '{vpcId}'",
    ),
    (
        GROUP_OF_SUBNETS,
        "name",
        {},
        "DBSubnetGroupAlreadyExists",
        "The DB subnet group '{name}' already exists.",
    ),
    (
        SECRET,
        "name",
        {},
        "ResourceExistsException",
        "The operation failed because the secret {name} already exists.",
    ),
)
"""Type, the input with the name, inputs of the second object, AWS's code and words."""


@pytest.mark.parametrize("case", IN_USE, ids=lambda case: case[0])
def test_a_name_in_use_is_refused(shared, case):
    type_, key, other, code, words = case
    first = shared.create(type_, all_examples()[type_].inputs(shared), name="taken")
    second = {**all_examples()[type_].inputs(shared), **other, key: first.inputs[key]}

    refused = error_of(lambda: shared.create(type_, second, name="second"))

    said = words.format_map({**first.outputs, "name": first.inputs[key]})
    assert f": {code}: {said}" in refused
    shared.delete(first)


def test_the_name_of_a_secret_that_waits_for_its_deletion_is_refused(shared):
    first = shared.create(SECRET, {"name": "again"}, name="again")
    shared.delete(first)

    refused = error_of(lambda: shared.create(SECRET, {"name": "again"}, name="again"))

    assert refused == (
        "CreateSecret: InvalidRequestException: You can't create this secret because a secret with"
        " this name is already scheduled for deletion."
    )


def used_group(stage: Stage) -> Made:
    group = stage.create(GROUP, {"vpcId": stage.make(VPC)["id"]}, name="in-use")
    inputs = {**balancer(stage), "securityGroups": [group.id]}
    stage.create(BALANCER, inputs, name="uses-the-group")
    return group


def named_group(stage: Stage) -> Made:
    """Return a security group that a rule of another one names."""
    vpc = {"vpcId": stage.make(VPC)["id"]}
    group = stage.create(GROUP, vpc, name="named")
    rule = {"protocol": "tcp", "fromPort": 80, "toPort": 80, "securityGroups": [group.id]}
    stage.create(GROUP, {**vpc, "ingress": [rule]}, name="names-it")
    return group


def full_vpc(stage: Stage) -> Made:
    vpc = stage.create(VPC, {"cidrBlock": "10.77.0.0/16"}, name="full")
    stage.create(SUBNET, {"vpcId": vpc.id, "cidrBlock": "10.77.1.0/24"}, name="in-the-full")
    return vpc


def used_subnet(stage: Stage) -> Made:
    found = stage.create(SUBNET, subnet(stage), name="used")
    address = stage.create("aws:ec2/eip:Eip", {"domain": "vpc"}, name="used").id
    gateway = {"subnetId": found.id, "allocationId": address}
    stage.create("aws:ec2/natGateway:NatGateway", gateway, name="uses-the-subnet")
    return found


def used_targets(stage: Stage) -> Made:
    found = stage.create(TARGETS, targets(stage), name="used")
    action = {"type": "forward", "targetGroupArn": found.id}
    inputs = {
        "loadBalancerArn": stage.make(BALANCER)["arn"],
        "port": 7001,
        "protocol": "HTTP",
        "defaultActions": [action],
    }
    stage.create(LISTENER, inputs, name="uses-the-targets")
    return found


def role_with_policy(stage: Stage) -> Made:
    role = stage.create(ROLE, {"assumeRolePolicy": trust()}, name="with-policy")
    policy = {"role": role.id, "policy": allow("s3:GetObject", principal=None)}
    stage.create("aws:iam/rolePolicy:RolePolicy", policy, name="of-the-role")
    return role


def role_with_attachment(stage: Stage) -> Made:
    role = stage.create(ROLE, {"assumeRolePolicy": trust()}, name="attached")
    attached = {"role": role.id, "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    type_ = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    stage.create(type_, attached, name="of-the-role")
    return role


def full_cluster(stage: Stage) -> Made:
    cluster = stage.create(CLUSTER, {}, name="full")
    type_ = "aws:ecs/service:Service"
    inputs = {**all_examples()[type_].inputs(stage), "cluster": cluster.id}
    stage.create(type_, inputs, name="in-the-full")
    return cluster


def full_zone(stage: Stage) -> Made:
    zone = stage.create("aws:route53/zone:Zone", {"name": "full.example"}, name="full")
    record = {"zoneId": zone.id, "name": "www", "type": "A", "ttl": 60, "records": ["127.0.0.1"]}
    stage.create("aws:route53/record:Record", record, name="in-the-full")
    return zone


def used_table(stage: Stage) -> Made:
    """Return a route table that a subnet uses."""
    table = stage.create(
        "aws:ec2/routeTable:RouteTable", {"vpcId": stage.make(VPC)["id"]}, name="used"
    )
    inputs = {
        "routeTableId": table.id,
        "subnetId": stage.create(SUBNET, subnet(stage), name="of-the-table").id,
    }
    type_ = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    stage.create(type_, inputs, name="of-the-table")
    return table


BLOCKED = (
    (used_group, "DependencyViolation", "resource {id} has a dependent object"),
    (named_group, "DependencyViolation", "resource {id} has a dependent object"),
    (full_vpc, "DependencyViolation", "The vpc '{id}' has dependencies and cannot be deleted."),
    (
        used_subnet,
        "DependencyViolation",
        "The subnet '{id}' has dependencies and cannot be deleted.",
    ),
    (
        used_table,
        "DependencyViolation",
        "The routeTable '{id}' has dependencies and cannot be deleted.",
    ),
    (
        used_targets,
        "ResourceInUse",
        "Target group '{id}' is currently in use by a listener or a rule",
    ),
    (role_with_policy, "DeleteConflict", "Cannot delete entity, must delete policies first."),
    (
        role_with_attachment,
        "DeleteConflict",
        "Cannot delete entity, must detach all policies first.",
    ),
    (
        full_cluster,
        "ClusterContainsServicesException",
        "The Cluster cannot be deleted while Services are active.",
    ),
    (
        full_zone,
        "HostedZoneNotEmpty",
        (
            "The specified hosted zone contains non-required resource record sets and so"
            " cannot be deleted."
        ),
    ),
)
"""What makes an object that something depends on, AWS's code and words when it is deleted."""


@pytest.mark.parametrize(("make", "code", "words"), BLOCKED)
def test_what_something_depends_on_is_not_deleted(shared, make, code, words):
    made = make(shared)

    refused = error_of(lambda: shared.delete(made))

    assert refused.endswith(f": {code}: {words.format(id=made.id)}")
    assert shared.read(made) is not None


def test_a_bucket_with_objects_is_not_deleted(shared, api):
    made = shared.create(BUCKET, {}, name="full")
    api("s3").put_object(Bucket=made.id, Key="a", Body=b"b")

    refused = error_of(lambda: shared.delete(made))

    assert refused == "DeleteBucket: BucketNotEmpty: The bucket you tried to delete is not empty"


def error_of(call: Any) -> str:
    """Return the message with which *call* is refused."""
    with pytest.raises(grpc.RpcError) as refused:
        call()
    return refused.value.details()
