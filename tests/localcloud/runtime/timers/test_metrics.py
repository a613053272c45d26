"""What is counted of the calls of a schedule."""

from __future__ import annotations

from localcloud.runtime.timers import metrics
from tests.localcloud.measured import measured

ARN = "arn:aws:scheduler:eu-west-1:000000000000:schedule/nightly/clean"


def test_calls_are_counted_for_the_group_and_for_all():
    measured("")

    metrics.attempted(ARN)
    metrics.failed(ARN, throttled=True)
    metrics.failed(ARN, throttled=False)
    metrics.dropped(ARN)
    metrics.to_dead_letters(ARN, sent=True)
    metrics.to_dead_letters(ARN, sent=False)

    names = (
        "InvocationAttemptCount",
        "TargetErrorThrottledCount",
        "TargetErrorCount",
        "InvocationDroppedCount",
        "InvocationsSentToDeadLetterCount",
        "InvocationsFailedToBeSentToDeadLetterCount",
    )
    once = {(name, group): (1, 1) for name in names for group in ((), ("nightly",))}
    assert measured("AWS/Scheduler") == once
