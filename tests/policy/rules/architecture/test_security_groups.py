"""What the rules on stores that security groups guard accept and refuse."""

import pytest

from policy.rules.architecture.security_groups import (
    cache_one_owning_service,
    rds_one_owning_service,
)
from policy.testing import check_stack, resource, stack, unknown

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
STORES = {
    "aws:rds/instance:Instance": {"engine": "postgres", "instanceClass": "db.t4g.small"},
    "aws:rds/cluster:Cluster": {"engine": "aurora-postgresql"},
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "description": "carts",
        "nodeType": "cache.t4g.small",
    },
    "aws:elasticache/serverlessCache:ServerlessCache": {"name": "carts", "engine": "valkey"},
    "aws:elasticache/cluster:Cluster": {"engine": "redis", "nodeType": "cache.t4g.small"},
    "aws:memorydb/cluster:Cluster": {"aclName": "carts", "nodeType": "db.t4g.small"},
}
CACHES = cache_one_owning_service.types[:4]


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
INLINE = {"ingress": [{"securityGroups": ["sg-caller"], "fromPort": 5432, "toPort": 5432}]}


@pytest.mark.parametrize(
    ("rule", "typ", "path"),
    [
        (rds_one_owning_service, "aws:rds/instance:Instance", "vpcSecurityGroupIds"),
        (rds_one_owning_service, "aws:rds/cluster:Cluster", "vpcSecurityGroupIds"),
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
