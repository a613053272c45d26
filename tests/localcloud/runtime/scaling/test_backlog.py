"""ECS services scale on the backlog of queues, per task that runs."""

import asyncio
from types import SimpleNamespace as Fake

import pytest

from localcloud.runtime.scaling.backlog import BacklogScaling
from tests.localcloud.provider.examples.appautoscaling import BACKLOG

RESOURCE = "service/services/orders-worker"


def _named(value):
    """Return *value* with the names of the API: `targetValue` is TargetValue there."""
    if isinstance(value, dict):
        return {key[0].upper() + key[1:]: _named(one) for key, one in value.items()}
    return [_named(one) for one in value] if isinstance(value, list) else value


class _Aws:
    """The API of a service with a fixed backlog for each minute."""

    def __init__(self, tasks, waiting, **policy):
        self.tasks, self.waiting = tasks, list(waiting)
        self.policy = {
            "ResourceId": RESOURCE,
            "TargetTrackingScalingPolicyConfiguration": {**_named(BACKLOG), **policy},
        }

    async def pages(self, _service, operation, _member, **_):
        limits = {"ResourceId": RESOURCE, "MinCapacity": 1, "MaxCapacity": 6}
        return [self.policy if operation == "DescribeScalingPolicies" else limits]

    async def __call__(self, _service, operation, **parameters):
        if operation == "UpdateService":
            self.tasks = parameters["desiredCount"]
        waiting = self.waiting.pop(0) if operation == "GetQueueAttributes" else 0
        return {
            "services": [{"desiredCount": self.tasks, "runningCount": self.tasks}],
            "QueueUrl": "q",
            "Attributes": {"ApproximateNumberOfMessages": str(waiting)},
        }


@pytest.mark.parametrize(
    ("tasks", "waiting", "policy", "wanted"),
    [
        (1, [400, 400], {}, 1),  # AWS's alarm needs three minutes
        (1, [400, 400, 400], {}, 4),
        (1, [9000] * 3, {}, 6),  # the maximum
        (2, [400, 100, 400], {}, 2),
        (4, [50] * 14, {}, 4),
        (4, [50] * 15, {}, 1),
        (4, [0] * 15, {}, 1),  # the minimum
        (4, [50] * 15, {"DisableScaleIn": True}, 4),
        (4, [380] * 15, {}, 4),  # between 90 and 100 percent of the target
        (1, [400] * 3, {"CustomizedMetricSpecification": None}, 1),
    ],
)
def test_the_number_of_tasks_follows_the_backlog_per_task(tasks, waiting, policy, wanted):
    aws = _Aws(tasks, waiting, **policy)
    scaling = BacklogScaling(Fake(aws=aws))

    async def minutes():
        for _ in waiting:
            await scaling.evaluate()

    asyncio.run(minutes())

    assert aws.tasks == wanted
