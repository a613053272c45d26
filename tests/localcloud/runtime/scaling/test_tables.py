"""The policies of tables and indexes are applied through the API."""

import asyncio
from types import SimpleNamespace as Fake

import pytest

from localcloud.runtime.scaling.tables import TableScaling

INDEX = "table/orders/index/by-status"
CAPACITY = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}
TABLE = {
    "ProvisionedThroughput": CAPACITY,
    "GlobalSecondaryIndexes": [{"IndexName": "by-status", "ProvisionedThroughput": CAPACITY}],
}


def _policy(resource, dimension, **more):
    access = "Read" if "Read" in dimension else "Write"
    metric = {"PredefinedMetricType": f"DynamoDB{access}CapacityUtilization"}
    tracking = {"TargetValue": 70, "PredefinedMetricSpecification": metric, **more}
    return {
        "ResourceId": resource,
        "ScalableDimension": dimension,
        "TargetTrackingScalingPolicyConfiguration": tracking,
    }


class _Answer:
    def __init__(self, body):
        self.body = body

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None

    def raise_for_status(self):
        return None

    async def json(self):
        return self.body


class _Aws:
    def __init__(self, policy):
        self.policy, self.updates = policy, []

    async def pages(self, _service, operation, _member, **_):
        limits = {"MinCapacity": 5, "MaxCapacity": 100}
        return [
            self.policy if operation == "DescribeScalingPolicies" else {**self.policy, **limits}
        ]

    async def __call__(self, _service, operation, **parameters):
        if operation == "UpdateTable":
            self.updates.append(parameters)
        return {"Table": TABLE}


def _evaluate(policy, index, access, minutes, times=1):
    consumed = {"Region": "here", "Table": "orders", "Index": index, "Access": access}
    answer = [{**consumed, "Minutes": minutes}]
    aws = _Aws(policy)
    http = Fake(get=lambda _: _Answer(answer))
    scaling = TableScaling(Fake(aws=aws, http=http, endpoint="http://aws", region="here"))

    async def run():
        for _ in range(times):
            await scaling.evaluate()

    asyncio.run(run())
    return aws.updates


@pytest.mark.parametrize(
    ("policy", "index", "access", "update"),
    [
        (_policy("table/orders", "dynamodb:table:WriteCapacityUnits"), "", "Write",
         {"ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 15}}),
        (_policy(INDEX, "dynamodb:index:ReadCapacityUnits"), "by-status", "Read",
         {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "by-status",
          "ProvisionedThroughput": {"ReadCapacityUnits": 15, "WriteCapacityUnits": 10}}}]}),
    ],
)  # fmt: skip
def test_a_busy_table_or_index_gets_more_capacity(policy, index, access, update):
    updates = _evaluate(policy, index, access, [600.0, 600.0])

    assert updates == [{"TableName": "orders", **update}]


@pytest.mark.parametrize("access", ["Read", "Write"])
def test_what_another_index_or_access_consumes_changes_nothing(access):
    policy = _policy("table/orders", f"dynamodb:table:{access}CapacityUnits", DisableScaleIn=True)
    other = {"Read": "Write", "Write": "Read"}[access]

    assert _evaluate(policy, "", other, [600.0, 600.0]) == []
    assert _evaluate(policy, "by-status", access, [600.0, 600.0]) == []


def test_a_policy_waits_for_its_cooldown():
    policy = _policy("table/orders", "dynamodb:table:ReadCapacityUnits", ScaleOutCooldown=60)

    assert len(_evaluate(policy, "", "Read", [600.0, 600.0], times=2)) == 1
