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
CACHES = cache_one_owning_service.types[:4]


def group(name, service, **props):
    tags = {"tags": {"service": service}} if service is not None else {}
    return resource(GROUP, name, {"id": f"sg-{name}", "name": name} | tags | props)


def programs(typ, path):
    """Return a function that makes programs: a store, its group, and who may reach it."""

    def program(*rules, store="orders", caller="orders", **own):
        whole = {"name": "ledger", path: ["sg-store"], "tags": {"service": store}}
        return stack(
            resource(typ, "ledger", whole),
            group("store", "orders", **own),
            group("caller", caller),
            *rules,
        )

    return program


def admits(typ, source, **props):
    return resource(typ, "rule", {"securityGroupId": "sg-store", source: "sg-caller"} | props)


BY_RULE = admits(RULE, "sourceSecurityGroupId", type="ingress")
BY_INGRESS = admits(INGRESS, "referencedSecurityGroupId")
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
            program(admits(RULE, "sourceSecurityGroupId", type="egress"), caller="catalog"),
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
