"""Tests of policy.rules.autoscaling."""

import pytest

from policy.rules.autoscaling import (
    autoscaling_elb_health_check,
    autoscaling_multiple_zones,
    autoscaling_uses_launch_template,
)
from policy.testing import check

GROUP = "aws:autoscaling/group:Group"
WHOLE = {
    "minSize": 2,
    "maxSize": 6,
    "launchTemplate": {"id": "lt-1", "version": "3"},
    "vpcZoneIdentifiers": ["subnet-1", "subnet-2"],
    "targetGroupArns": ["arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/orders/1"],
    "healthCheckType": "ELB",
}


def test_autoscaling_uses_launch_template():
    check(
        autoscaling_uses_launch_template,
        "aws:autoscaling/group:Group",
        {"minSize": 1, "maxSize": 3, "launchTemplate": {"id": "lt-1", "version": "$Latest"}},
        kept=[{"launchTemplate": None, "mixedInstancesPolicy": {"launchTemplate": {}}}],
        broken=[{"launchTemplate": None}, {"launchConfiguration": "old"}],
        unknown_at=["launchTemplate"],
    )


@pytest.mark.parametrize("front", ["targetGroupArns", "loadBalancers", "trafficSources"])
def test_autoscaling_elb_health_check(front):
    check(
        autoscaling_elb_health_check,
        GROUP,
        {key: value for key, value in WHOLE.items() if key != "targetGroupArns"} | {front: ["a"]},
        kept=[{front: None, "healthCheckType": None}],
        broken=[{"healthCheckType": None}, {"healthCheckType": "EC2"}],
        unknown_at=["healthCheckType", front],
    )


def test_autoscaling_multiple_zones():
    check(
        autoscaling_multiple_zones,
        GROUP,
        WHOLE,
        kept=[{"vpcZoneIdentifiers": None, "availabilityZones": ["eu-west-1a", "eu-west-1b"]}],
        broken=[
            {"vpcZoneIdentifiers": None},
            {"vpcZoneIdentifiers": ["subnet-1"]},
            {"vpcZoneIdentifiers": None, "availabilityZones": ["eu-west-1a"]},
        ],
        unknown_at=["vpcZoneIdentifiers"],
    )
