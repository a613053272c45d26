"""Dashboards draw each view of CloudWatch's metric widgets."""

import json
import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.telemetry.console.shapes import Gauge, bars, gauge, pie, shares, sparkline
from tests.localcloud.telemetry.console.described import NOW
from tests.localcloud.telemetry.console.doubles import EVIL, Point

MINUTE = NOW // 60 * 60
SENT, DELETED = "NumberOfMessagesSent", "NumberOfMessagesDeleted"
LABELS = st.one_of(st.text(st.characters(blacklist_categories=("Cs", "Cc"))), st.just(EVIL))
VALUES = st.floats(allow_nan=True, allow_infinity=True)
COORDINATES = ("d", "x", "y", "width", "height", "viewBox")
ENTRIES = st.lists(st.tuples(LABELS, VALUES), max_size=12)


async def drawn(console, shop, view, *, sent=(1.0, 3.0), deleted=(2.0, 1.0), **properties):
    """Return the data of a widget with two metrics, and its section of the page."""
    metrics = [["AWS/SQS", SENT, {"label": "sent"}], ["AWS/SQS", DELETED, {"label": "deleted"}]]
    about = {"title": "messages", "view": view, "period": 60, "metrics": metrics, **properties}
    body = {"widgets": [{"type": "metric", "properties": about}]}
    shop.dashboards["orders"] = json.dumps(body)
    for name, values in ((SENT, sent), (DELETED, deleted)):
        times = range(MINUTE - 60 * (len(values) - 1), MINUTE + 60, 60)
        shop.points["AWS/SQS", name] = [Point(*one) for one in zip(times, values, strict=True)]
    [data] = (await (await console.get("/dashboards/orders.json")).json())["widgets"]
    page = await (await console.get("/dashboards/orders")).text()
    return data, page[page.index("<section") : page.index("</section>")]


@pytest.mark.parametrize("view", ["timeSeries", "singleValue", "gauge", "bar", "pie", "table"])
async def test_each_view_is_drawn_without_a_complaint(console, shop, view):
    axis = {"left": {"min": 0, "max": 10}}

    data, section = await drawn(console, shop, view, yAxis=axis)

    assert (data["view"], data["problem"]) == (view, "")
    assert "sent" in section
    assert "deleted" in section


async def test_a_bar_for_each_latest_value(console, shop):
    _, section = await drawn(console, shop, "bar")

    widths = [
        float(one) for one in re.findall(r'<rect class="shape-\d"[^>]*width="([\d.]+)"', section)
    ]
    assert widths[0] / widths[1] == pytest.approx(3.0, rel=0.01)
    assert "<li>sent: 3</li>" in section
    assert "line-0" not in section


async def test_a_slice_for_each_latest_value_and_its_share(console, shop):
    _, section = await drawn(console, shop, "pie")

    assert section.count('class="slice') == 2
    assert "<li>sent: 3 (75 %)</li>" in section
    assert "<li>deleted: 1 (25 %)</li>" in section


async def test_a_pie_says_that_it_has_no_negative_slices(console, shop):
    data, section = await drawn(console, shop, "pie", deleted=(-1.0,))

    assert "negative" in data["problem"]
    assert "<li>sent: 3 (100 %)</li>" in section


async def test_stacked_lines_say_that_they_are_not_stacked(console, shop):
    data, section = await drawn(console, shop, "timeSeries", stacked=True)

    assert data["problem"] == "Stacked lines are drawn as lines."
    assert "line-0" in section


async def test_a_table_sums_up_each_line(console, shop):
    _, section = await drawn(console, shop, "table", sent=(1.0, 5.0, 3.0))

    cells = re.search(r'<th scope="row">sent</th>(.*?)</tr>', section)[1]
    assert re.findall(r">([\d.,-]+)<", cells) == ["3", "1", "5", "3"]


async def test_a_gauge_is_on_its_scale_and_says_if_it_has_none(console, shop):
    scaled, section = await drawn(console, shop, "gauge", yAxis={"left": {"min": 0, "max": 10}})
    plain, without = await drawn(console, shop, "gauge")

    assert section.count('class="ring-value"') == 2
    assert "<figcaption>sent: 3</figcaption>" in section
    assert "<dd>" not in section
    assert scaled["problem"] == ""
    assert "yAxis.left.min" in plain["problem"]
    assert "ring-value" not in without
    assert "<dt>sent</dt><dd>3</dd>" in without


async def test_a_single_value_has_its_course_if_that_is_asked_for(console, shop):
    _, with_line = await drawn(console, shop, "singleValue", sparkline=True)
    _, without = await drawn(console, shop, "singleValue")

    assert with_line.count('class="spark"') == 2
    assert "<svg" not in without


@pytest.mark.parametrize("view", ["singleValue", "gauge", "bar", "pie", "table"])
async def test_a_view_without_values_shows_a_dash(console, shop, view):
    axis = {"left": {"min": 0, "max": 10}}

    _, section = await drawn(console, shop, view, sent=(), deleted=(), sparkline=True, yAxis=axis)

    assert re.search(r"(<dd>|: |number\">)-", section)
    assert "nan" not in section


def is_sound(markup):
    """Return whether the SVG is well-formed, and its coordinates are finite numbers."""
    elements = ET.fromstring(str(markup)).iter() if markup else ()
    where = [one.get(name, "") for one in elements for name in COORDINATES]
    return not any(re.search("nan|inf", one) for one in where)


@given(ENTRIES)
def test_the_shares_of_what_is_above_zero_sum_up_to_one(entries):
    found = shares(entries)

    above = [0 < value < math.inf for _, value in entries]
    assert math.fsum(found) == pytest.approx(1.0 if any(above) else 0.0)
    assert all(0 <= one <= 1 for one in found)
    assert not any(share for share, is_above in zip(found, above, strict=True) if not is_above)


@given(LABELS, ENTRIES)
def test_bars_and_pies_of_whatever_values_are_sound(title, entries):
    assert is_sound(bars(title, entries))
    assert is_sound(pie(title, entries))


@given(VALUES.filter(math.isfinite), st.tuples(*[st.floats(-1e9, 1e9)] * 2), st.lists(VALUES))
def test_a_gauge_of_whatever_value_is_sound(value, ends, thresholds):
    low, high = sorted(ends)
    marks = [("", one) for one in thresholds]

    assert low == high or is_sound(gauge(Gauge("", value, low, high, marks)))


@given(st.lists(VALUES))
def test_a_course_of_whatever_values_is_sound(values):
    assert is_sound(sparkline([(60 * at, value) for at, value in enumerate(values)]))
