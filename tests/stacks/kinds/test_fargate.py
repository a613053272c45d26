"""What a service on Fargate scales on, as `readings` of the examples writes it."""

from __future__ import annotations

import pytest

from spec.catalogue import Catalogue, load_catalogue
from tests.conftest import ROOT, settings_in, whole

EXAMPLES = ROOT / "examples" / "services"
POLICY = "aws:appautoscaling/policy:Policy"
TARGET = "aws:appautoscaling/target:Target"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"


@pytest.fixture(scope="module")
def made(archive):
    every = load_catalogue(EXAMPLES)
    only = Catalogue({"readings": every.services["readings"]}, every.roles)
    return whole(settings_in("gallery"), only, archive)


def test_lines_of_the_log_divided_by_running_tasks_set_the_number_of_tasks(made):
    [policy], [limits] = made.all(POLICY), made.all(TARGET)

    tracking = policy.inputs["targetTrackingScalingPolicyConfiguration"]
    total, running, per_task = tracking["customizedMetricSpecification"]["metrics"]
    assert (limits.inputs["minCapacity"], limits.inputs["maxCapacity"]) == (2, 6)
    assert tracking["targetValue"] == 600
    assert total["metricStat"] == {
        "metric": {
            "namespace": "Bulkhead/gallery",
            "metricName": "readings-readings-kept",
            "dimensions": [],
        },
        "stat": "Sum",
    }
    assert running["metricStat"]["metric"]["metricName"] == "RunningTaskCount"
    assert per_task["expression"] == "FILL(total, 0) / running"


def test_the_metric_that_it_scales_on_is_counted_in_each_log_group_of_the_service(made):
    filters = {one.inputs["logGroupName"]: one.inputs for one in made.all(FILTER)}

    assert "readings-task-logs" in filters
    for one in filters.values():
        transformation = one["metricTransformation"]
        assert transformation["name"] == "readings-readings-kept"
        assert transformation["namespace"] == "Bulkhead/gallery"
        assert transformation["defaultValue"] == "0"
