"""The kit, SNS, EventBridge and Lambda's mappings select the same events."""

import json

import pytest
from hypothesis import example, given
from hypothesis import settings as run
from hypothesis import strategies as st
from kit import filters
from moto.sns.utils import FilterPolicyMatcher

from components.messaging.filters import problems
from localcloud.aws.events.matching import matches as event_pattern_matches
from localcloud.aws.sns import filtering
from localcloud.runtime.event_sources.patterns import Pattern

texts = st.sampled_from(["EUR", "eur", "EURO", "US", "x"])
numbers = st.sampled_from([-1, 0, 1, 2.5, 100])
scalars = st.one_of(texts, numbers, st.booleans(), st.none())
others = texts | numbers | st.lists(texts, min_size=1) | st.lists(numbers, min_size=1)
comparisons = st.tuples(st.sampled_from(["=", "<", "<=", ">", ">="]), numbers).map(list)
ranges = st.sampled_from([[">", 0, "<", 100], [">=", 0, "<=", 1]])
operators = st.one_of(
    st.fixed_dictionaries({"anything-but": others}),
    st.fixed_dictionaries({"equals-ignore-case": texts}),
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.fixed_dictionaries({"numeric": comparisons | ranges}),
    st.fixed_dictionaries({"prefix": texts}),
    st.fixed_dictionaries({"suffix": texts}),
)
leaves = st.lists(scalars | operators, min_size=1, max_size=2)
fields = st.dictionaries(st.sampled_from("ab"), leaves, min_size=1)
wanted = st.fixed_dictionaries(
    {
        "data": st.dictionaries(st.just("text"), leaves, min_size=1)
        | st.dictionaries(st.just("object"), fields, min_size=1)
    },
    optional={"type": leaves},
)
values = scalars | st.lists(scalars, min_size=1, max_size=2)
objects = st.dictionaries(st.sampled_from("ab"), values)
data = {"text": values, "object": objects | st.lists(objects, min_size=1, max_size=2)}
events = st.fixed_dictionaries({"type": texts, "data": st.fixed_dictionaries({}, optional=data)})


@pytest.fixture(scope="module", autouse=True)
def _sns():
    before = FilterPolicyMatcher.matches
    filtering.install()
    yield
    FilterPolicyMatcher.matches = before


@run(max_examples=500)
@example({"data": {"text": [{"anything-but": 0}]}}, {"type": "x", "data": {"text": False}})
@example({"data": {"text": [{"numeric": ["=", 0]}]}}, {"type": "x", "data": {"text": False}})
@given(wanted, events)
def test_they_agree(filter_, event):
    kit = filters.matches(filter_, event)

    sns = FilterPolicyMatcher(filter_, "MessageBody").matches(None, json.dumps(event))
    assert sns is kit
    assert event_pattern_matches(filter_, event) is kit
    assert Pattern(filter_).matches(event) is kit
    assert not problems(filter_) or any("SNS" in problem for problem in problems(filter_))
