"""What the arithmetic of rolling replacement promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.runtime.tasks.rollout import (
    Counts,
    Limits,
    RolloutStep,
    failures_allowed,
    is_blocked,
    next_step,
    pause_after,
)


def replaced(limits, old):
    """Play a deployment to its end; return the fewest healthy and the most running tasks."""
    new, min_healthy, max_running = 0, old, old
    for _ in range(200):
        step = next_step(limits, Counts(new, new, old, old))
        if step == RolloutStep():
            return new, old, min_healthy, max_running
        max_running = max(max_running, new + old + step.start)
        old -= step.stop_old
        min_healthy = min(min_healthy, new + old)
        new += step.start
    raise AssertionError("the deployment never ends")


@given(st.integers(1, 20), st.sampled_from([0, 50, 100]), st.sampled_from([150, 200, 300]))
def test_a_replacement_ends_within_its_limits(desired, minimum, maximum):
    limits = Limits(desired, minimum, maximum)

    new, old, min_healthy, max_running = replaced(limits, desired)

    stuck = limits.min_healthy == limits.max_running == desired
    assert (new, old) == ((0, desired) if stuck else (desired, 0))
    assert min_healthy >= min(limits.min_healthy, desired)
    assert max_running <= limits.max_running


def test_new_tasks_start_beside_the_old_ones_which_stop_when_they_are_healthy():
    limits = Limits(2)

    assert next_step(limits, Counts(0, 0, 2, 2)) == RolloutStep(start=2)
    assert next_step(limits, Counts(2, 0, 2, 2)) == RolloutStep()
    assert next_step(limits, Counts(2, 1, 2, 2)) == RolloutStep(stop_old=1)
    assert next_step(limits, Counts(2, 2, 1, 1)) == RolloutStep(stop_old=1)


def test_half_may_stop_first_when_no_more_may_run():
    limits = Limits(4, minimum_percent=50, maximum_percent=100)

    assert next_step(limits, Counts(0, 0, 4, 4)) == RolloutStep(stop_old=2)
    assert next_step(limits, Counts(0, 0, 2, 2)) == RolloutStep(start=2)


@pytest.mark.parametrize(
    ("limits", "counts", "blocked"),
    [
        (Limits(1, 100, 100), Counts(0, 0, 1, 1), True),
        (Limits(4, 80, 120), Counts(0, 0, 4, 4), True),
        (Limits(1, 0, 100), Counts(0, 0, 1, 1), False),
        (Limits(1, 100, 200), Counts(0, 0, 1, 1), False),
        (Limits(1, 100, 200), Counts(1, 0, 1, 1), False),
        (Limits(1, 100, 100), Counts(0, 0, 1, 0), False),
        (Limits(1, 100, 100), Counts(1, 1, 0, 0), False),
    ],
)
def test_a_deployment_without_a_possible_step_is_blocked(limits, counts, blocked):
    assert is_blocked(limits, counts) is blocked


def test_too_many_tasks_are_stopped():
    assert next_step(Limits(1), Counts(3, 3, 0, 0)) == RolloutStep(stop_new=2)
    assert next_step(Limits(0), Counts(0, 0, 2, 2)) == RolloutStep(stop_old=2)


def test_the_circuit_breaker_waits_for_three_failures_or_half_the_tasks():
    assert [failures_allowed(n) for n in (1, 2, 6, 10, 1000)] == [3, 3, 3, 5, 200]


def test_pauses_grow_to_a_minute():
    assert [pause_after(n) for n in (1, 2, 3, 4, 20)] == [0.5, 1, 2, 4, 60]
