"""Metric math: its grammar, what it refuses with a position, and its values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.telemetry.alarms.math.parser import MAX_DEPTH, parse
from localcloud.telemetry.alarms.math.queries import QueryError, ordered, period_of, results
from localcloud.telemetry.alarms.math.tokens import MathError

GRID = (0, 60, 120, 180)


def metric(id_, period=60):
    stat = {"Metric": {"Namespace": "n", "MetricName": id_}, "Period": period, "Stat": "Sum"}
    return {"Id": id_, "MetricStat": stat}


def value(expression, **series):
    """Return the value of an expression over GRID; a list has None for a missing datapoint."""
    points = {
        name: {t: v for t, v in zip(GRID, values, strict=True) if v is not None}
        for name, values in series.items()
    }
    queries = [*map(metric, series), {"Id": "result", "Expression": expression}]
    found = results(queries, GRID, 60, lambda stat, _: points[stat["Metric"]["MetricName"]])
    one = found["result"]
    if isinstance(one, dict):
        return [one.get(time) for time in GRID]
    return one


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ^ 3 ^ 2", 512),
        ("-2 ^ 2", -4),
        ("10 - 3 - 2", 5),
        ("8 / 4 / 2", 1),
        ("1 < 2 && 3 >= 4", 0),
        ("1 < 2 AND 2 != 3 OR 0", 1),
        ("1e3 + .5", 1000.5),
        ("2 * -3", -6),
    ],
)
def test_operators_bind_as_usual(expression, wanted):
    assert value(expression) == wanted


def test_series_are_combined_where_both_have_a_datapoint():
    assert value("a + b", a=[1, 2, None, 4], b=[10, None, 30, 40]) == [11, None, None, 44]
    assert value("a * 2", a=[1, None, 3, 4]) == [2, None, 6, 8]
    assert value("a > 2", a=[1, None, 3, 4]) == [0, None, 1, 1]


def test_a_division_by_zero_has_no_datapoint():
    assert value("a / b", a=[1, 2, 3, 4], b=[0, 1, 0, 2]) == [None, 2, None, 2]
    assert value("a ^ 1000", a=[10, 1, 0, 1e300]) == [None, 1, 0, None]


def test_fill_replaces_missing_datapoints():
    assert value("FILL(a, 0)", a=[1, None, None, 4]) == [1, 0, 0, 4]
    assert value("FILL(a, b)", a=[1, None, None, 4], b=[9, 8, None, 9]) == [1, 8, None, 4]
    assert value("FILL(a, REPEAT)", a=[None, 2, None, 4]) == [None, 2, 2, 4]
    assert value("FILL(a, LINEAR)", a=[1, None, None, 4]) == [1, 2, 3, 4]
    assert value("FILL(a, 0)", a=[None] * 4) == [0, 0, 0, 0]


def test_if_chooses_for_each_period():
    assert value("IF(a > 2, a, b)", a=[1, 3, None, 5], b=[7, 7, 7, 7]) == [7, 3, None, 5]
    assert value("IF(a > 2, a)", a=[1, 3, None, 5]) == [None, 3, None, 5]
    assert value("IF(1, a, 0)", a=[1, None, 3, 4]) == [1, None, 3, 4]


def test_the_burn_rate_of_an_objective():
    expression = "IF(total >= 20, 100 * FILL(errors, 0) / total / 0.1, 0)"
    found = value(expression, total=[100, 19, None, 50], errors=[1, 19, 3, None])
    assert found == [10, 0, None, 0]


def test_aggregates_of_one_series_and_across_several():
    assert value("SUM(a)", a=[1, None, 3, 4]) == 8
    assert value("AVG([a, b])", a=[1, None, 3, 4], b=[3, 5, None, 8]) == [2, 5, 3, 6]
    assert value("SUM(METRICS())", a=[1, None, 3, None], b=[3, 5, None, None]) == [4, 5, 3, None]
    found = value('MAX(METRICS("err"))', err0=[1, 2, 3, 4], ok=[9, 9, 9, 9], err1=[4, 3, 2, 1])
    assert found == [4, 3, 3, 4]
    assert value("a - MIN(a)", a=[4, None, 2, 3]) == [2, None, 0, 1]
    assert value("a + AVG(b)", a=[1, 1, 1, 1], b=[None] * 4) == [None] * 4


def test_changes_are_since_the_datapoint_before():
    assert value("DIFF(a)", a=[1, None, 4, 6]) == [None, None, 3, 2]
    assert value("RATE(a)", a=[0, 60, None, 300]) == [None, 1, None, 2]
    assert value("a / PERIOD(a)", a=[60, 120, None, 0]) == [1, 2, None, 0]


@pytest.mark.parametrize(
    ("expression", "reason", "position"),
    [
        ("a +", "expected a metric, a number or a function, got the end", 4),
        ("a b", "unexpected 'b'", 3),
        ("(a", r"expected '\)', got the end", 3),
        ("a ? b", "unexpected character '?'", 3),
        ("SEARCH('x', 'Sum')", "SEARCH is not evaluated", 1),
        ("1 + ANOMALY_DETECTION_BAND(a)", "ANOMALY_DETECTION_BAND is not evaluated", 5),
        ("SELECT MAX(x) FROM y", r"Metrics Insights queries \(SELECT\) are not evaluated", 1),
        ("sum(a)", "write SUM", 1),
        ("WAT(a)", "WAT is not a function", 1),
        ("FILL(a)", "FILL has 1 arguments: give it 2", 1),
        ("other + 1", "unknown id other", 1),
        ("SUM(1)", "expected a time series or an array of time series, got a number", 5),
        ("METRICS() * METRICS()", "of two arrays", 11),
        ("a + 'text'", "quoted text", 5),
        ("a + REPEAT", "REPEAT is the second argument of FILL only", 5),
        ("IF([a], 1, 2)", "expected a number or a time series", 4),
    ],
)
def test_what_cannot_be_evaluated_is_refused_with_its_position(expression, reason, position):
    with pytest.raises(QueryError, match=reason) as caught:
        ordered([metric("a"), {"Id": "e", "Expression": expression}])
    assert f"(at character {position})" in str(caught.value)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 1000 + "a" + ")" * 1000,
        "-" * 2000 + "a",
        "a" + "+a" * 1000,
        "2" + "^2" * 1000,
        "FILL(" * 400 + "a",
        "x" * 5000,
        "[" * 1000,
        "\x00",
        "'",
    ],
)
def test_hostile_expressions_are_refused(expression):
    with pytest.raises(MathError):
        parse(expression)


@given(st.text(alphabet='ab1.+-*/^()[],<>=!&|"FILSUMAV ', max_size=60))
def test_any_text_is_parsed_or_refused_within_the_text(text):
    position = 1
    try:
        parse(text)
    except MathError as error:
        position = error.position
    assert 1 <= position <= len(text) + 1


@given(st.integers(1, MAX_DEPTH - 1))
def test_parentheses_change_nothing_around_a_whole_expression(depth):
    assert value("(" * depth + "a + 1" + ")" * depth, a=[1, 2, 3, 4]) == [2, 3, 4, 5]


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(st.none() | NUMBERS, min_size=4, max_size=4), NUMBERS)
def test_filled_series_have_every_period_and_keep_what_was_there(values, by):
    filled = value(f"FILL(a, {by!r})", a=values)
    assert filled == [by if one is None else one for one in values]


@given(*[st.lists(st.none() | NUMBERS, min_size=4, max_size=4)] * 2)
def test_a_sum_across_metrics_is_that_of_the_datapoints_there_are(a, b):
    found = value("SUM([a, b])", a=a, b=b)
    pairs = [[one for one in pair if one is not None] for pair in zip(a, b, strict=True)]
    assert found == [math.fsum(one) if one else None for one in pairs]


def test_expressions_may_use_each_other_but_not_in_a_circle():
    first = {"Id": "first", "Expression": "second * 2"}
    second = {"Id": "second", "Expression": "a + 1"}
    found = results([metric("a"), first, second], GRID, 60, lambda *_: {0: 1.0})
    assert found["first"] == {0: 4.0}

    with pytest.raises(QueryError, match="refer to each other"):
        ordered([first, {"Id": "second", "Expression": "first + 1"}])


@pytest.mark.parametrize(
    ("queries", "reason"),
    [
        ([metric("Upper")], "begin with a lower-case letter"),
        ([metric("a"), metric("a")], "used twice"),
        ([{"Id": "a"}], "either MetricStat or Expression"),
    ],
)
def test_malformed_queries_are_refused(queries, reason):
    with pytest.raises(QueryError, match=reason):
        ordered(queries)


def test_the_period_is_the_longest_of_the_metrics():
    assert period_of([metric("a", 60), metric("b", 300)]) == 300
    assert period_of([{"Id": "e", "Expression": "1", "Period": 120}]) == 120
