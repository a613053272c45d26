"""Indexes, capacity, streams and caches of tables."""

from __future__ import annotations

import json

import pytest

from components.access import Statement
from components.args import InvalidArgError
from components.data.dax_cluster import DaxCluster, DaxClusterArgs
from components.data.document_table import DocumentTable, DocumentTableArgs
from components.data.table_indexes import GlobalIndex, KeyAttribute, KeyType, LocalIndex
from components.data.table_scaling import CapacityRange, TableCapacity
from tests.alarm_routing import ALARMS

BY_KIND = GlobalIndex(
    partition_key=KeyAttribute(name="kind"),
    sort_key=KeyAttribute(name="day", type=KeyType.NUMBER),
    projection="INCLUDE",
    attributes=["price"],
)
BY_PRICE = LocalIndex(sort_key=KeyAttribute(name="price", type=KeyType.NUMBER))
CAPACITY = TableCapacity(
    read=CapacityRange(minimum=5, maximum=100), write=CapacityRange(minimum=4, maximum=50)
)


def _table(**changes):
    given = {
        "partition_key": KeyAttribute(name="sku"),
        "sort_key": KeyAttribute(name="day", type=KeyType.NUMBER),
        "alarms": ALARMS,
        "deletion_protection": False,
    }
    return DocumentTableArgs(**{**given, **changes})


def test_indexes_and_streams_are_declared_with_the_table(build):
    args = _table(
        indexes={"by-kind": BY_KIND},
        local_indexes={"by-price": BY_PRICE},
        stream="NEW_IMAGE",
    )

    made = build(lambda: DocumentTable("products", args))

    table = made.one("aws:dynamodb/table:Table", "products-table")
    assert table.inputs == {
        "attributes": [
            {"name": "sku", "type": "S"},
            {"name": "day", "type": "N"},
            {"name": "kind", "type": "S"},
            {"name": "price", "type": "N"},
        ],
        "hashKey": "sku",
        "rangeKey": "day",
        "billingMode": "PAY_PER_REQUEST",
        "globalSecondaryIndexes": [
            {
                "name": "by-kind",
                "keySchemas": [
                    {"attributeName": "kind", "keyType": "HASH"},
                    {"attributeName": "day", "keyType": "RANGE"},
                ],
                "projectionType": "INCLUDE",
                "nonKeyAttributes": ["price"],
            }
        ],
        "localSecondaryIndexes": [
            {"name": "by-price", "rangeKey": "price", "projectionType": "ALL"}
        ],
        "streamEnabled": True,
        "streamViewType": "NEW_IMAGE",
        "pointInTimeRecovery": {"enabled": True},
        "deletionProtectionEnabled": False,
    }
    throttled = [
        a.inputs["dimensions"].get("GlobalSecondaryIndexName")
        for a in made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    ]
    assert sorted(throttled, key=str) == [None, None, "by-kind", "by-kind"]


def test_scaled_capacity_is_no_drift(build):
    made = build(
        lambda: DocumentTable("products", _table(indexes={"by-kind": BY_KIND}, capacity=CAPACITY))
    )

    table = made.one("aws:dynamodb/table:Table", "products-table")
    [index] = table.inputs["globalSecondaryIndexes"]
    capacities = [(one["readCapacity"], one["writeCapacity"]) for one in (table.inputs, index)]
    assert (table.inputs["billingMode"], capacities) == ("PROVISIONED", [(5, 4), (5, 4)])
    assert list(made.request(table).ignoreChanges) == [
        "readCapacity",
        "writeCapacity",
        "globalSecondaryIndexes[*].readCapacity",
        "globalSecondaryIndexes[*].writeCapacity",
    ]


def test_a_table_and_each_index_scale(build):
    made = build(
        lambda: DocumentTable("products", _table(indexes={"by-kind": BY_KIND}, capacity=CAPACITY))
    )

    targets = {
        r.name: (
            r.inputs["resourceId"],
            r.inputs["scalableDimension"],
            r.inputs["minCapacity"],
            r.inputs["maxCapacity"],
        )
        for r in made.all("aws:appautoscaling/target:Target")
    }
    index = "table/products-table/index/by-kind"
    assert targets == {
        "products-scaling-read-target": (
            "table/products-table", "dynamodb:table:ReadCapacityUnits", 5, 100
        ),
        "products-scaling-write-target": (
            "table/products-table", "dynamodb:table:WriteCapacityUnits", 4, 50
        ),
        "products-scaling-by-kind-read-target": (index, "dynamodb:index:ReadCapacityUnits", 5, 100),
        "products-scaling-by-kind-write-target": (
            index, "dynamodb:index:WriteCapacityUnits", 4, 50
        ),
    }  # fmt: skip
    policies = made.all("aws:appautoscaling/policy:Policy")
    assert {
        p.name: p.inputs["targetTrackingScalingPolicyConfiguration"]
        for p in policies
        if "kind" not in p.name
    } == {
        f"products-scaling-{access.lower()}-policy": {
            "targetValue": 70,
            "predefinedMetricSpecification": {
                "predefinedMetricType": f"DynamoDB{access}CapacityUtilization"
            },
        }
        for access in ("Read", "Write")
    }


def test_a_service_queries_the_indexes_and_reads_the_stream(build):
    given = []

    def program():
        table = DocumentTable("products", _table(indexes={"by-kind": BY_KIND}, stream="KEYS_ONLY"))
        given.extend([table.allow_read_write()[1], *table.allow_read_stream()])

    build(program)

    assert [list(one.actions) for one in given] == [
        ["dynamodb:Query", "dynamodb:Scan"],
        ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"indexes": {f"i{n}": BY_KIND for n in range(21)}}, "number of indexes=21 .* at most 20"),
        ({"local_indexes": {f"i{n}": BY_PRICE for n in range(6)}}, "local_indexes=6 .* at most 5"),
        ({"sort_key": None, "local_indexes": {"by-price": BY_PRICE}}, "set sort_key"),
        ({"indexes": {"by-kind": BY_KIND}, "ttl_attribute": "kind"}, "of the table or of an index"),
        ({"ttl_attribute": "sku"}, "of the table or of an index"),
        ({"sort_key": KeyAttribute(name="kind", type=KeyType.BINARY), "indexes": {"i": BY_KIND}},
         "type of kind='S' is invalid: use B"),
    ],
)  # fmt: skip
def test_a_table_that_dynamodb_would_refuse_is_refused_at_once(changes, told):
    with pytest.raises(InvalidArgError, match=told):
        _table(**changes)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: CapacityRange(minimum=0, maximum=5), "use 1 or more"),
        (lambda: CapacityRange(minimum=6, maximum=5), r"use minimum \(6\) or more"),
        (lambda: TableCapacity(read=CapacityRange(minimum=1, maximum=2),
                               write=CapacityRange(minimum=1, maximum=2), target_percent=95),
         "use 20 to 90"),
        (lambda: _cache(nodes=12), "use 1 to 11"),
        (lambda: _cache(node_type="cache.t3.small"), "use a type such as dax.t3.small"),
    ],
)  # fmt: skip
def test_capacity_that_aws_would_refuse_is_refused_at_once(make, told):
    with pytest.raises(InvalidArgError, match=told):
        make()


def _cache(**changes):
    given = {
        "node_type": "dax.t3.small",
        "table_access": [Statement(actions=["dynamodb:GetItem"], resources=["arn:table"])],
        "environment": "prod",
        "account_id": "123456789012",
        "vpc_id": "vpc-1",
        "subnet_ids": ["a", "b"],
        "allowed_security_groups": {"shop": "sg-shop"},
        "alarms": ALARMS,
    }
    return DaxClusterArgs(**{**given, **changes})


def test_a_cache_is_encrypted_and_reached_by_its_service_only(build):
    endpoints = []

    def program():
        cache = DaxCluster("shop-products-dax", _cache())
        cache.endpoint.apply(endpoints.append)

    made = build(program)

    cluster = made.one("aws:dax/cluster:Cluster", "shop-products-dax-cluster")
    name = cluster.inputs.pop("clusterName")
    assert name.startswith("shop-produc-")
    assert len(name) <= 20
    assert cluster.inputs == {
        "nodeType": "dax.t3.small",
        "replicationFactor": 3,
        "iamRoleArn": "arn:aws:test:::shop-products-dax-role",
        "subnetGroupName": "shop-products-dax-subnets",
        "parameterGroupName": "shop-products-dax-parameters",
        "securityGroupIds": ["shop-products-dax-group-id"],
        "serverSideEncryption": {"enabled": True},
        "clusterEndpointEncryptionType": "TLS",
    }
    assert endpoints == ["daxs://shop-products-dax-cluster.dax.test"]
    [rule] = made.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert (rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"]) == ("sg-shop", 9111)
    [policy] = made.all("aws:iam/rolePolicy:RolePolicy")
    assert json.loads(policy.inputs["policy"])["Statement"] == [
        {"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": ["arn:table"]}
    ]


def test_the_name_of_a_cache_is_another_one_in_each_environment(build):
    names = set()
    for environment in ("dev", "prod"):
        made = build(
            lambda environment=environment: DaxCluster(
                "shop-products-dax", _cache(environment=environment)
            )
        )
        names.add(made.all("aws:dax/cluster:Cluster")[0].inputs["clusterName"])

    assert len(names) == 2
