"""Target tracking: three minutes above scale out, fifteen below 90 percent scale in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.telemetry.scaling.tracking import (
    IN_MINUTES,
    LastChange,
    Limits,
    Policy,
    asked,
    decided,
)

POLICY = Policy(arn="a", name="p", target=100)
LIMITS = Limits(minimum=1, maximum=6)


@pytest.mark.parametrize(
    ("running", "values", "wanted"),
    [
        (1, [400, 400], 1),  # the alarm needs three minutes
        (1, [400, 400, 400], 4),
        (1, [400, None, 400], 1),
        (1, [None, 400, 400, 400], None),
        (1, [], None),
        (2, [400, 50, 400], 2),
        (4, [25] * 14, 4),
        (4, [25] * 15, 1),
        (4, [25] * 7 + [None] + [25] * 7, 4),
        (4, [95] * 15, 4),  # between 90 and 100 percent of the target
        (3, [100.0001] * 3, 4),
    ],
)
def test_a_policy_asks_for_the_capacity_that_meets_its_target(running, values, wanted):
    assert asked(POLICY, values, running) == wanted


@given(
    st.integers(1, 20),
    st.lists(st.one_of(st.none(), st.floats(0, 10_000)), max_size=20),
    st.integers(1, 5),
    st.integers(5, 20),
)
def test_a_decision_stays_within_the_limits_and_changes_something(running, values, low, high):
    limits = Limits(minimum=low, maximum=high)
    current = min(max(running, low), high)
    found = decided([(POLICY, asked(POLICY, values, current))], current, limits, LastChange())
    if found is not None:
        assert low <= found.capacity <= high
        assert found.capacity != current
        grows = found.capacity > current
        seen = values[:3] if grows else values[:IN_MINUTES]
        assert all(one is not None and (one > 100 if grows else one < 90) for one in seen)


def decide(*wanted, current=4, limits=LIMITS, last=None, **policy):
    asking = [
        (Policy(arn=str(number), name=str(number), target=1, **policy), one)
        for number, one in enumerate(wanted)
    ]
    found = decided(asking, current, limits, last or LastChange())
    return found and found.capacity


def test_the_largest_capacity_wins():
    assert decide(5, 6) == 6
    assert decide(2, 5) == 5
    assert decide(2, 3) == 3


def test_it_scales_in_only_if_every_policy_asks_for_it():
    assert decide(2, 4) is None
    assert decide(2, None) is None
    assert decide(2, scale_in=False) is None


@pytest.mark.parametrize(
    ("last", "wanted", "found"),
    [
        (LastChange(seconds_ago=60, by=2), 5, None),
        (LastChange(seconds_ago=60, by=1), 6, 6),  # larger than the last one
        (LastChange(seconds_ago=300, by=2), 5, 5),
        (LastChange(seconds_ago=60, by=-2), 5, 5),  # scaling out ends the cooldown
        (LastChange(seconds_ago=60, by=-1), 3, None),
        (LastChange(seconds_ago=300, by=-1), 3, 3),
    ],
)
def test_cooldowns(last, wanted, found):
    assert decide(wanted, last=last) == found


def test_what_is_suspended_does_not_change():
    assert decide(6, limits=Limits(minimum=1, maximum=6, out_suspended=True)) is None
    assert decide(2, limits=Limits(minimum=1, maximum=6, in_suspended=True)) is None
