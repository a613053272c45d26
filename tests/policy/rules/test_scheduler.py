"""Tests of policy.rules.scheduler."""

from policy.rules.scheduler import scheduler_dead_letters, scheduler_own_key
from policy.testing import check


def test_schedules():
    target = {"arn": "arn:aws:lambda:1", "roleArn": "arn:aws:iam::1:role/schedules"}
    whole = {
        "scheduleExpression": "rate(1 hour)",
        "flexibleTimeWindow": {"mode": "OFF"},
        "kmsKeyArn": "arn:aws:kms:1",
        "target": target | {"deadLetterConfig": {"arn": "arn:dead"}},
    }
    check(
        scheduler_dead_letters,
        "aws:scheduler/schedule:Schedule",
        whole,
        broken=[{"target": target}, {"target": None}],
        unknown_at=["target"],
    )
    check(
        scheduler_own_key,
        "aws:scheduler/schedule:Schedule",
        whole,
        broken=[{"kmsKeyArn": None}],
        unknown_at=["kmsKeyArn"],
    )
