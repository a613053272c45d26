"""Tests of policy.rules.rds.access."""

import pytest

from policy.rules.general.owners import cache_one_owning_service
from policy.rules.rds.access import (
    rds_in_private_subnets,
    rds_one_owning_service,
    rds_password_managed,
)
from policy.testing import check_stack, messages, resource, stack, unknown
from tests.policy.rules.samples.routes import routed, subnet

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
STORES = {
    "aws:rds/instance:Instance": {"engine": "postgres", "instanceClass": "db.t4g.small"},
    "aws:rds/cluster:Cluster": {"engine": "aurora-postgresql"},
    "aws:rds/proxy:Proxy": {
        "engineFamily": "POSTGRESQL",
        "roleArn": "arn:aws:iam::111122223333:role/proxy",
        "vpcSubnetIds": ["subnet-a", "subnet-b"],
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "description": "carts",
        "nodeType": "cache.t4g.small",
    },
    "aws:elasticache/serverlessCache:ServerlessCache": {"name": "carts", "engine": "valkey"},
    "aws:elasticache/cluster:Cluster": {"engine": "redis", "nodeType": "cache.t4g.small"},
    "aws:memorydb/cluster:Cluster": {"aclName": "carts", "nodeType": "db.t4g.small"},
}
CACHES = cache_one_owning_service.types[:4]
INLINE = {"ingress": [{"securityGroups": ["sg-caller"], "fromPort": 5432, "toPort": 5432}]}
CLUSTER = "aws:rds/cluster:Cluster"
DATABASE = {
    "engine": "aurora-postgresql",
    "masterUsername": "orders_owner",
    "manageMasterUserPassword": True,
    "iamDatabaseAuthenticationEnabled": True,
}


def group(name, service, **props):
    tags = {"tags": {"service": service}} if service is not None else {}
    return resource(GROUP, name, {"id": f"sg-{name}", "name": name} | tags | props)


def programs(typ, path):
    """Return a function that makes programs: a store, its group, and who may reach it."""

    def program(*rules, store="orders", caller="orders", **own):
        whole = STORES[typ] | {path: ["sg-store"], "tags": {"service": store}}
        return stack(
            resource(typ, "ledger", whole),
            group("store", "orders", **own),
            group("caller", caller),
            *rules,
        )

    return program


def admits(typ, source, **props):
    whole = {"securityGroupId": "sg-store", source: "sg-caller", "fromPort": 5432, "toPort": 5432}
    return resource(typ, "rule", whole | props)


BY_RULE = admits(RULE, "sourceSecurityGroupId", type="ingress", protocol="tcp")


BY_INGRESS = admits(INGRESS, "referencedSecurityGroupId", ipProtocol="tcp")


BY_EGRESS = admits(RULE, "sourceSecurityGroupId", type="egress", protocol="tcp")


@pytest.mark.parametrize(
    ("rule", "typ", "path"),
    [
        (rds_one_owning_service, "aws:rds/instance:Instance", "vpcSecurityGroupIds"),
        (rds_one_owning_service, "aws:rds/cluster:Cluster", "vpcSecurityGroupIds"),
        (rds_one_owning_service, "aws:rds/proxy:Proxy", "vpcSecurityGroupIds"),
        *((cache_one_owning_service, typ, "securityGroupIds") for typ in CACHES),
    ],
)
def test_one_service_owns_a_store(rule, typ, path):
    program = programs(typ, path)
    check_stack(
        rule,
        kept=[
            program(BY_RULE),
            program(BY_INGRESS),
            program(**INLINE),
            program(caller="catalog"),
            program(BY_INGRESS, caller=None),
            program(BY_INGRESS, caller=unknown),
            program(BY_INGRESS, caller="catalog", store=unknown),
            program(BY_EGRESS, caller="catalog"),
        ],
        broken=[
            program(BY_RULE, caller="catalog"),
            program(BY_INGRESS, caller="catalog"),
            program(caller="catalog", **INLINE),
        ],
    )


def test_a_function_that_rotates_the_password_is_not_a_second_owner():
    def program(*more, rotation="arn:rotator"):
        return stack(
            resource(
                CLUSTER,
                "ledger",
                DATABASE | {"vpcSecurityGroupIds": ["sg-store"], "tags": {"service": "orders"}},
            ),
            group("store", "orders"),
            group("caller", "platform"),
            BY_INGRESS,
            resource(
                "aws:lambda/function:Function",
                "rotator",
                {"arn": "arn:rotator", "vpcConfig": {"securityGroupIds": ["sg-caller"]}},
            ),
            resource(
                "aws:secretsmanager/secretRotation:SecretRotation",
                "schedule",
                {"secretId": "orders", "rotationLambdaArn": rotation},
            ),
            *more,
        )

    task = resource(
        "aws:ecs/service:Service",
        "reports",
        {"networkConfiguration": {"securityGroups": ["sg-caller"], "subnets": ["subnet-1"]}},
    )
    check_stack(
        rds_one_owning_service, kept=[program()], broken=[program(task), program(rotation="other")]
    )


def test_dependencies_join_what_has_no_id_yet():
    store = resource(
        "aws:rds/cluster:Cluster",
        "ledger",
        {"vpcSecurityGroupIds": [unknown], "tags": {"service": "orders"}},
    )
    own, other = group("own", "orders", id=unknown), group("other", "catalog", id=unknown)
    ingress = resource(
        INGRESS, "in", {"securityGroupId": unknown, "referencedSecurityGroupId": unknown}
    )
    check_stack(
        rds_one_owning_service,
        kept=[stack(store, own, other, ingress)],
        broken=[
            stack(
                store,
                own,
                other,
                ingress,
                property_dependencies={
                    "ledger": {"vpcSecurityGroupIds": [own]},
                    "in": {"securityGroupId": [own], "referencedSecurityGroupId": [other]},
                },
            )
        ],
    )


def test_rds_password_managed():
    def program(*more, depends=True, **password):
        database = resource(CLUSTER, "shop", DATABASE | password)
        version = resource("aws:secretsmanager/secretVersion:SecretVersion", "first", of_secret)
        used = {key: [version] for key in password} if depends else {}
        return stack(database, secret, version, *more, property_dependencies={"shop": used})

    of_secret = {"secretId": "arn:master"}
    secret = resource("aws:secretsmanager/secret:Secret", "master", {"id": "arn:master"})
    rotation = resource("aws:secretsmanager/secretRotation:SecretRotation", "at", of_secret)
    check_stack(
        rds_password_managed,
        kept=[
            program(),
            program(manageMasterUserPassword=unknown),
            program(rotation, masterPasswordWo=unknown),
        ],
        broken=[
            program(rotation, masterPassword="hunter2"),
            program(rotation, masterPassword=unknown),
            program(rotation, masterPasswordWo="hunter2", depends=False),
            program(masterPasswordWo=unknown),
        ],
    )
    [told] = messages(rds_password_managed, program(masterPassword="hunter2"))
    assert "hunter2" not in told


def test_rds_in_private_subnets():
    def cluster(**changes):
        props = {"engine": "aurora-postgresql", "dbSubnetGroupName": "orders"}
        return resource("aws:rds/cluster:Cluster", "orders", props | changes)

    def group(*ids):
        props = {"name": "orders", "subnetIds": list(ids)}
        return resource("aws:rds/subnetGroup:SubnetGroup", "group", props)

    rule = rds_in_private_subnets
    private, public = subnet("a"), subnet("b", tags={"tier": "public"})
    assert messages(rds_in_private_subnets, stack(cluster(), group("subnet-a"), private)) == []
    assert messages(rule, stack(cluster(dbSubnetGroupName=unknown), public)) == []
    assert messages(rule, stack(cluster(), group("subnet-b"), subnet("b", tags=unknown))) == []
    for broken in (
        stack(cluster(dbSubnetGroupName=None)),
        stack(cluster(), group("subnet-a", "subnet-b"), private, public),
        stack(cluster(), group("subnet-c"), subnet("c", mapPublicIpOnLaunch=True)),
        stack(cluster(), group("subnet-shop"), *routed({"gatewayId": "igw-1"}, inline=True)),
    ):
        (said,) = messages(rule, broken)
        assert "'orders' must be in private subnets" in said
