"""Step scaling adjusts by how far the metric is from the threshold."""

from __future__ import annotations

import pytest

from localcloud.telemetry.scaling.step import adjusted

OUT = [
    {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 1},
    {"MetricIntervalLowerBound": 10, "ScalingAdjustment": 3},
]
IN = [
    {"MetricIntervalLowerBound": -10, "MetricIntervalUpperBound": 0, "ScalingAdjustment": -1},
    {"MetricIntervalUpperBound": -10, "ScalingAdjustment": -3},
]


@pytest.mark.parametrize(
    ("steps", "breach", "capacity"),
    [
        (OUT, 0, 6),
        (OUT, 9.9, 6),
        (OUT, 10, 8),
        (OUT, -1, 5),
        (IN, -9.9, 4),
        (IN, -10, 2),
        (IN, -50, 2),
        (IN, 1, 5),
    ],
)
def test_the_bounds_of_steps(steps, breach, capacity):
    found = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps}
    assert adjusted(found, 5, breach) == capacity


@pytest.mark.parametrize(
    ("kind", "adjustment", "least", "capacity"),
    [
        ("ExactCapacity", 7, None, 7),
        ("ChangeInCapacity", -9, None, 0),
        ("PercentChangeInCapacity", 50, None, 7),  # 2.5, rounded towards zero
        ("PercentChangeInCapacity", 10, None, 6),  # 0.5: at least one
        ("PercentChangeInCapacity", -10, None, 4),
        ("PercentChangeInCapacity", 50, 4, 9),
    ],
)
def test_adjustments(kind, adjustment, least, capacity):
    step = {"MetricIntervalLowerBound": 0, "ScalingAdjustment": adjustment}
    found = {"AdjustmentType": kind, "StepAdjustments": [step]}
    if least:
        found["MinAdjustmentMagnitude"] = least
    assert adjusted(found, 5, 1) == capacity
