"""Rules of composite alarms."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.telemetry.alarms.composite import RuleError, cycle, parse_rule
from localcloud.telemetry.alarms.evaluation import State

NAMES = ("a", "b", "c")


def holds(rule, **states):
    return parse_rule(rule).holds({name: State(value) for name, value in states.items()})


def test_and_binds_closer_than_or():
    rule = "ALARM(a) OR ALARM(b) AND ALARM(c)"
    assert holds(rule, a="ALARM", b="OK", c="OK")
    assert not holds(rule, a="OK", b="ALARM", c="OK")


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ('ALARM("a")', False),
        ("OK(a)", True),
        ("NOT ALARM(a)", True),
        ("NOT NOT OK(a)", True),
        ("INSUFFICIENT_DATA(b)", True),
        ("TRUE", True),
        ("FALSE OR (OK(a) AND INSUFFICIENT_DATA(b))", True),
        ("not ok(a) or true", True),
        ("ALARM(arn:aws:cloudwatch:eu-west-1:000000000000:alarm:a)", False),
        ('OK("arn:aws:cloudwatch:eu-west-1:000000000000:alarm:a")', True),
    ],
)
def test_a_rule_holds_by_the_states_of_its_children(rule, wanted):
    assert holds(rule, a="OK", b="INSUFFICIENT_DATA") is wanted


def test_names_may_have_any_characters_in_quotes():
    name = 'a "b" (c) \\ AND'
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    assert parse_rule(f'ALARM("{quoted}")').children == (name,)


def test_each_child_is_named_once():
    assert parse_rule("ALARM(a) AND (OK(b) OR OK(a))").children == ("a", "b")


def test_an_alarm_that_is_gone_is_in_no_state():
    assert not holds("ALARM(gone) OR OK(gone) OR INSUFFICIENT_DATA(gone)")
    assert holds("NOT ALARM(gone)")


@pytest.mark.parametrize(
    ("rule", "reason", "position"),
    [
        ("", "the rule is empty", 1),
        ("ALARM(a) ALARM(b)", "expected AND, OR or the end, got 'ALARM'", 10),
        ("ALARM a", "expected \\( after ALARM", 7),
        ("ALARM(a", "expected \\)", 8),
        ("ALARM()", "expected the name of an alarm", 7),
        ('ALARM("")', "the name of an alarm is empty", 7),
        ('ALARM("a', "a quoted name does not end", 7),
        ("WARNING(a)", "got 'WARNING'", 1),
        ("ALARM(a) AND", "got the end", 13),
        ("AT_LEAST(2, ALARM, (a, b, c))", "got 'AT_LEAST'", 1),
    ],
)
def test_an_invalid_rule_is_refused_with_its_position(rule, reason, position):
    with pytest.raises(RuleError, match=reason) as caught:
        parse_rule(rule)
    assert caught.value.position == position


@pytest.mark.parametrize(
    "rule",
    [
        "(" * 3000 + "TRUE" + ")" * 3000,
        "NOT " * 2000 + "TRUE",
        " OR ".join(f"ALARM(a{n})" for n in range(101)),
        " OR ".join(["TRUE"] * 1000),
        "x" * 20_000,
    ],
)
def test_hostile_rules_are_refused(rule):
    with pytest.raises(RuleError):
        parse_rule(rule)


LEAVES = st.builds("{}({})".format, st.sampled_from(State), st.sampled_from(NAMES))
RULES = st.recursive(
    LEAVES | st.sampled_from(["TRUE", "FALSE"]),
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("NOT ({})".format, inner),
    ),
    max_leaves=8,
)


def by_python(rule, states):
    for state, name in itertools.product(State, NAMES):
        rule = rule.replace(f"{state}({name})", str(states[name] is state))
    for word in ("AND", "OR", "NOT"):
        rule = rule.replace(f"{word} ", f"{word.lower()} ")
    return eval(rule.replace("TRUE", "True").replace("FALSE", "False"))


@given(RULES, st.fixed_dictionaries({name: st.sampled_from(State) for name in NAMES}))
def test_a_rule_is_a_boolean_expression(rule, states):
    assert parse_rule(rule).holds(states) == by_python(rule, states)


@given(st.text(alphabet='ALRMOKNTD() "\\ab', max_size=40))
def test_any_text_is_parsed_or_refused_within_the_text(text):
    position = 1
    try:
        parse_rule(text)
    except RuleError as error:
        position = error.position
    assert 1 <= position <= len(text) + 1


def test_a_circle_of_composite_alarms_is_found():
    rules = {"top": ["left", "right"], "left": ["metric"], "right": ["left", "top"]}
    assert cycle("top", rules) == ["top", "right", "top"]
    assert cycle("left", rules) == []
