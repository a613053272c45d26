"""Policies change the number of tasks, and what they did can be read."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from localcloud.telemetry.database import Database
from localcloud.telemetry.operations import Call, OperationError
from localcloud.telemetry.scaling.activities import Activities
from localcloud.telemetry.scaling.scaling import Scaling
from localcloud.telemetry.scaling.services import Target
from localcloud.telemetry.scaling.tracking import Limits

RESOURCE, DIMENSION = "service/services/orders", "ecs:service:DesiredCount"
CALL = Call("1", "eu-west-1")
CPU = {
    "TargetValue": 50,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
}
STEP = {
    "AdjustmentType": "ChangeInCapacity",
    "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 2}],
}


class Services:
    """One ECS service with the policies of a test."""

    def __init__(self, *policies):
        self.tasks, self.problem = 1, ""
        self.found = [
            {
                "PolicyARN": f"arn:{number}",
                "PolicyName": f"p{number}",
                "ResourceId": RESOURCE,
                **one,
            }
            for number, one in enumerate(policies)
        ]

    async def policies(self):
        return self.found

    async def targets(self):
        limits = Limits(minimum=1, maximum=4)
        return [Target(RESOURCE, DIMENSION, limits, self.tasks, self.tasks)]

    async def set_desired_count(self, _target, count):
        if not self.problem:
            self.tasks = count
        return self.problem


class Clock:
    """The time, and the metric that has the same value in each minute."""

    def __init__(self, value=0.0):
        self.now, self.value, self.asked = 600_000.0, value, []

    def __call__(self, queries, start, end):
        self.asked.append(queries)
        return dict.fromkeys(range(start, end, 60), self.value)


@asynccontextmanager
async def scaling(tmp_path, services, clock):
    database = Database(tmp_path / "t.db")
    activities = Activities(database)
    yield Scaling(services, clock, activities, lambda: clock.now), activities
    database.close()


def test_a_service_follows_its_target_and_its_cooldowns(tmp_path):
    async def run():
        services = Services({"TargetTrackingScalingPolicyConfiguration": CPU})
        clock = Clock(150.0)
        counts = []
        async with scaling(tmp_path, services, clock) as (found, activities):
            for seconds, value in [(0, 150), (60, 80), (300, 80), (60, 5), (240, 5), (60, 5)]:
                clock.now += seconds
                clock.value = value
                await found.evaluate()
                counts.append(services.tasks)
            answer = await activities.describe({"ServiceNamespace": "ecs"}, CALL)
        assert clock.asked[0][0]["MetricStat"]["Metric"]["MetricName"] == "CPUUtilization"
        return counts, [one["Description"] for one in answer["ScalingActivities"]]

    counts, told = asyncio.run(run())
    assert counts == [3, 3, 4, 4, 1, 1]
    assert told == [f"Setting desired count to {count}." for count in (1, 4, 3)]


def test_a_step_policy_is_executed_for_its_alarm(tmp_path):
    async def run():
        services = Services(
            {"StepScalingPolicyConfiguration": STEP},
            {"TargetTrackingScalingPolicyConfiguration": CPU},
        )
        async with scaling(tmp_path, services, Clock()) as (found, activities):
            await found.execute("arn:1", 90, 10, "target tracking evaluates on its own")
            await found.execute("arn:0", 5, 10, "below")
            before = services.tasks
            await found.execute("arn:0", 15, 10, "many-orders")
            await found.execute("arn:0", 15, 10, "again, within the cooldown")
            answer = await activities.describe(
                {"ServiceNamespace": "ecs", "ResourceId": RESOURCE}, CALL
            )
        return before, services.tasks, [one["Cause"] for one in answer["ScalingActivities"]]

    assert asyncio.run(run()) == (
        1,
        3,
        ["monitor alarm many-orders in state ALARM triggered policy p0"],
    )


def test_a_failed_change_is_recorded_and_tried_again(tmp_path):
    async def run():
        services = Services({"TargetTrackingScalingPolicyConfiguration": CPU})
        services.problem = "ServiceNotActiveException"
        async with scaling(tmp_path, services, Clock(100.0)) as (found, activities):
            await found.evaluate()
            services.problem = ""
            await found.evaluate()
            answer = await activities.describe({"ServiceNamespace": "ecs"}, CALL)
        return services.tasks, [one["StatusCode"] for one in answer["ScalingActivities"]]

    assert asyncio.run(run()) == (2, ["Successful", "Failed"])


def test_activities_are_returned_in_pages(tmp_path):
    async def run():
        services = Services({"StepScalingPolicyConfiguration": STEP})
        clock = Clock()
        async with scaling(tmp_path, services, clock) as (found, activities):
            for _ in range(3):
                services.tasks = 1
                clock.now += 1000
                await found.execute("arn:0", 10, 10, "a")
            asked = {"ServiceNamespace": "ecs", "MaxResults": 2}
            first = await activities.describe(asked, CALL)
            rest = await activities.describe({**asked, "NextToken": first["NextToken"]}, CALL)
            with pytest.raises(OperationError, match="not a token"):
                await activities.describe({**asked, "NextToken": "x"}, CALL)
        times = [one["StartTime"] for one in first["ScalingActivities"] + rest["ScalingActivities"]]
        return times, "NextToken" in rest

    times, more = asyncio.run(run())
    assert len(times) == 3
    assert times == sorted(times, reverse=True)
    assert not more
