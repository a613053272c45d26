"""What a query returns."""

from __future__ import annotations

import json
import math
import statistics
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.telemetry.insights.evaluation import evaluate
from localcloud.telemetry.insights.parser import parse
from localcloud.telemetry.insights.rows import Event, all_fields, pointed_at, pointer

TIME = 1_764_486_123_000


def events(*messages, group="g"):
    """Return an event for each message, the newest first, a second apart."""
    return [
        Event(
            TIME - i * 1000,
            one if isinstance(one, str) else json.dumps(one),
            f"s{i % 2}",
            group,
            TIME,
            i,
        )
        for i, one in enumerate(messages)
    ]


def rows(text, *messages, limit=10_000, **options):
    """Return the result of the query *text* as dictionaries, without pointers."""
    found = evaluate(parse(text), events(*messages, **options), limit).rows
    return [{name: value for name, value in row if name != "@ptr"} for row in found]


def test_without_fields_timestamp_and_message_are_displayed():
    assert rows("filter a = 1", {"a": 1}, {"a": 2}) == [
        {"@timestamp": "2025-11-30 07:02:03.000", "@message": '{"a": 1}'}
    ]


def test_several_fields_commands_display_all_of_them():
    assert rows("fields a | fields a * 2 as b", {"a": 2}) == [{"a": "2", "b": "4"}]


def test_display_displays_nothing_else():
    assert rows("fields a, b | display b", {"a": 1, "b": True}) == [{"b": "1"}]


def test_the_newest_come_first_and_a_limit_ends_them():
    assert rows("fields a | limit 2", {"a": 1}, {"a": 2}, {"a": 3}) == [{"a": "1"}, {"a": "2"}]
    assert rows("fields a", {"a": 1}, {"a": 2}, limit=1) == [{"a": "1"}]


def test_statistics_count_what_was_read_and_what_matched():
    found = evaluate(parse("filter a > 1 | limit 1"), events({"a": 1}, {"a": 2}, {"a": 3}))
    assert (found.statistics.matched, found.statistics.scanned) == (2, 3)
    assert found.statistics.bytes_scanned == 3 * len('{"a": 1}')
    assert len(found.rows) == 1


def test_nested_fields_are_discovered():
    message = {"a": {"b": [1, {"c": "x"}]}, "d.e": 5, "f": {"g.h": 6}}
    text = "fields a.b.1.c, a.b[0], d.e, f.g.h, a.b.7, a.b.x"
    assert rows(text, message) == [{"a.b.1.c": "x", "a.b.0": "1", "d.e": "5", "f.g.h": "6"}]


def test_lines_of_functions_have_the_fields_of_their_report():
    report = (
        "REPORT RequestId: 1-2\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB"
        "\tMax Memory Used: 64 MB"
    )
    found = rows(
        "fields @type, @requestId, @duration, @billedDuration, @memorySize, @maxMemoryUsed",
        report,
        'INFO\t{"level": "x"} {"level": "y"}',
        group="/aws/lambda/f",
    )
    assert found[0] == {
        "@type": "REPORT",
        "@requestId": "1-2",
        "@duration": "12.5",
        "@billedDuration": "13",
        "@memorySize": "128000000",
        "@maxMemoryUsed": "64000000",
    }
    text = "fields level"
    assert rows(text, 'INFO\t{"level": "x"} {"level": "y"}', group="/aws/lambda/f") == [
        {"level": "x"}
    ]


def test_parse_with_a_glob_and_with_groups():
    line = "25 May 2019 10:24:39,474 [ERROR] {foo=2, bar=data} The error was: DataIntegrity"
    [by_glob] = rows("parse '[*] * The error was: *' as level, config, error", line)
    assert by_glob["level"] == "ERROR"
    assert by_glob["config"] == "{foo=2, bar=data}"
    assert by_glob["error"] == "DataIntegrity"
    [by_groups] = rows(r"parse @message /\[(?<level>\w+)\]/ | display level", line)
    assert by_groups == {"level": "ERROR"}
    assert rows("parse 'x=*' as x | filter ispresent(x)", line) == []


def test_a_missing_field_is_equal_to_nothing():
    assert rows("filter b = 1 or b < 1 or b like 'x'", {"a": 1}) == []
    assert len(rows("filter b != 1 and not b = 1", {"a": 1})) == 1


def test_numbers_in_text_compare_as_numbers():
    assert len(rows("filter a = 200 and a > 30 and a = '200'", {"a": "200"})) == 1


def test_natural_order():
    ordered = ["# ", "5A", "111A", "2345_", "@", "@_", "A", "A9876f", "a12345h", "01", "2", "10"]
    found = rows("fields v | sort v asc", *[{"v": one} for one in reversed(ordered)])
    assert [row["v"] for row in found] == ordered
    found = rows("fields v | sort v desc", {"v": 9}, {"v": 10}, {"v": "a"}, {"w": 1})
    assert [row.get("v") for row in found] == ["10", "9", "a", None]


def test_rows_that_are_equal_stay_the_newest_first():
    found = rows("fields a, b | sort a desc", {"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 3})
    assert [row["b"] for row in found] == ["3", "1", "2"]


def test_dedup_keeps_the_first_of_equal_rows_and_all_without_a_value():
    found = rows("fields a, b | dedup a", {"a": 1, "b": 1}, {"a": 1, "b": 2}, {"b": 3}, {"b": 4})
    assert [row["b"] for row in found] == ["1", "3", "4"]


def test_groups_of_a_missing_value():
    found = rows("stats count(*) as n by a", {"a": 1}, {"b": 1}, {"b": 2})
    assert found == [{"a": "1", "n": "1"}, {"n": "2"}]


def test_count_of_nothing():
    assert rows("filter a = 2 | stats count(*), sum(a)", {"a": 1}) == [{"count(*)": "0"}]
    assert rows("filter a = 2 | stats count(*) by a", {"a": 1}) == []


def test_two_stats_and_sort():
    text = (
        "stats count(*) as n by bin(2s) as t, a | stats max(n) as most, earliest(a) as first by t"
        " | sort most desc | limit 1"
    )
    messages = [{"a": i % 2} for i in range(6)]
    [found] = rows(text, *messages)
    assert found["most"] == "1"


def test_earliest_latest_and_the_order_of_text():
    text = "stats earliest(a) as e, latest(a) as l, sortsFirst(a) as f, sortsLast(a) as t"
    assert rows(text, {"a": "m"}, {"a": "z"}, {"a": "b"}) == [
        {"e": "b", "l": "m", "f": "b", "t": "z"}
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("xyz"),
            st.integers(-1000, 1000)
            | st.floats(-1e6, 1e6, allow_nan=False).map(lambda f: round(f, 3))
            | st.none(),
        ),
        min_size=1,
        max_size=40,
    ),
    st.integers(0, 100),
)
def test_stats_against_python(pairs, percent):
    messages = [{"k": key, **({} if value is None else {"v": value})} for key, value in pairs]
    text = (
        f"stats count(*) as n, count(v) as c, count_distinct(v) as d, sum(v) as s, avg(v) as a,"
        f" min(v) as lo, max(v) as hi, stddev(v) as sd, pct(v, {percent}) as p by k"
    )
    groups = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    found = {row["k"]: row for row in rows(text, *messages)}
    assert set(found) == set(groups)
    for key, all_values in groups.items():
        row, values = found[key], [v for v in all_values if v is not None]
        assert int(row["n"]) == len(all_values)
        assert int(row["c"]) == len(values)
        if not values:
            assert "s" not in row
            continue
        for name, expected in {
            "s": math.fsum(values),
            "a": statistics.fmean(values),
            "lo": min(values),
            "hi": max(values),
            "sd": statistics.pstdev(values),
        }.items():
            assert float(row[name]) == pytest.approx(expected, abs=2e-3)
        assert min(values) - 1e-3 <= float(row["p"]) <= max(values) + 1e-3


@given(st.lists(st.integers(-50, 50), max_size=30), st.integers(-50, 50), st.integers(1, 10))
def test_filter_sort_and_limit_against_python(values, bound, limit):
    text = f"fields v | filter v >= {bound} | sort v desc | limit {limit}".replace(">= -", ">= 0-")
    found = [int(row["v"]) for row in rows(text, *[{"v": v} for v in values])]
    assert found == sorted([v for v in values if v >= bound], reverse=True)[:limit]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.lists(st.text() | JSON.map(json.dumps), max_size=5))
def test_any_line_can_be_queried(lines):
    text = (
        "fields @message, a.b, a.0 | filter a.b != 1 or a < 5 or strlen(a) > 1 | sort a, a.b desc"
    )
    assert len(rows(text, *lines)) <= len(lines)
    rows("stats count(*), max(a), latest(a) by a, a.b", *lines)
    for event in events(*lines):
        assert all_fields(event)["@message"] == event.message


def test_deeply_nested_lines_are_lines():
    deep = '{"a":' * 50_000
    assert rows("fields a", deep, "[" * 100_000, '{"a": ' + "[" * 900 + "]" * 900 + "}")[0] == {}


def points(value):
    try:
        return pointed_at(value)
    except ValueError:
        return None


def test_a_pointer_finds_its_event():
    event = Event(TIME, "x", "s", "g", TIME, 7)
    assert pointed_at(pointer(event)) == (7, TIME, "g", "s")
    for wrong in ("", "nonsense", "bnVsbA=="):
        assert not points(wrong)
