"""What taking turns promises."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from localcloud.runtime.frontdoor.balancer.weighted_round_robin import WeightedRoundRobin


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 20), min_size=1, max_size=5))
def test_each_name_has_exactly_its_share_of_a_full_round(weights):
    round_robin = WeightedRoundRobin(weights)
    total = sum(weights.values())

    taken = Counter(round_robin.next() for _ in range(total))

    assert taken == {name: weight for name, weight in weights.items() if weight}


def test_turns_are_mixed_evenly():
    round_robin = WeightedRoundRobin({"a": 3, "b": 1})

    assert [round_robin.next() for _ in range(4)] == ["a", "a", "b", "a"]


def test_nobody_has_a_turn_when_every_weight_is_nought():
    assert WeightedRoundRobin({"a": 0}).next() is None
