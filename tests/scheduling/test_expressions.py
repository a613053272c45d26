"""When schedule expressions fire."""

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.expressions import ExpressionError, parse

VIENNA = "Europe/Vienna"
START = datetime(2026, 3, 27, 12, 0, 30, tzinfo=UTC)  # a Friday, two days before summer time

FIRES = [
    ("cron(0 12 * * ? *)", "UTC", ["03-28 12:00", "03-29 12:00"]),
    ("cron(30 2 * * ? *)", VIENNA, ["03-28 01:30", "03-30 00:30"]),  # 29th: 02:30 is skipped
    ("cron(0/30 1-3 29 3 ? 2026)", VIENNA, ["03-29 00:00", "03-29 00:30", "03-29 01:00"]),
    ("cron(30 2 25 10 ? *)", VIENNA, ["10-25 00:30", "2027-10-25 00:30"]),  # 02:30 repeats
    ("cron(0 0 ? * 1 *)", "UTC", ["03-29 00:00", "04-05 00:00"]),  # Sunday = 1
    ("cron(0 0 ? * SUN *)", "UTC", ["03-29 00:00"]),
    ("cron(0 0 ? * MON-FRI *)", "UTC", ["03-30 00:00", "03-31 00:00"]),
    ("cron(0 0 ? * 2/2 *)", "UTC", ["03-30 00:00", "04-01 00:00", "04-03 00:00", "04-06 00:00"]),
    ("cron(0 0 ? * L *)", "UTC", ["03-28 00:00", "04-04 00:00"]),  # Saturday
    ("cron(0 0 ? * 6L *)", "UTC", ["04-24 00:00", "05-29 00:00"]),
    ("cron(0 0 ? * tue#1 *)", "UTC", ["04-07 00:00", "05-05 00:00"]),
    ("cron(0 0 L * ? *)", "UTC", ["03-31 00:00", "04-30 00:00"]),
    ("cron(0 0 LW * ? *)", "UTC", ["03-31 00:00", "04-30 00:00", "05-29 00:00"]),
    ("cron(0 0 1W 8,11 ? *)", "UTC", ["08-03 00:00", "11-02 00:00"]),  # never into another month
    ("cron(0 0 31W 5,10 ? *)", "UTC", ["05-29 00:00", "10-30 00:00"]),
    ("cron(0 0 29 2 ? *)", "UTC", ["2028-02-29 00:00"]),
    ("cron(15 10 ? JAN FRI#5 2027-2030)", "UTC", ["2027-01-29 10:15"]),
    ("rate(90 minutes)", "UTC", ["03-27 13:30", "03-27 15:00"]),
    ("rate(1 day)", VIENNA, ["03-28 12:00", "03-29 12:00"]),
    ("at(2026-03-29T02:00:00)", "UTC", ["03-29 02:00"]),
    ("at(2026-07-01T09:00:00)", VIENNA, ["07-01 07:00"]),
]


def times(expression, zone, count, after=START):
    found, start = [], START.replace(second=0)
    while len(found) < count and (after := parse(expression, zone).next_after(after, start)):
        found.append(after)
    return found


@pytest.mark.parametrize(("expression", "zone", "expected"), FIRES, ids=[f[0] for f in FIRES])
def test_an_expression_fires_at(expression, zone, expected):
    found = times(expression, zone, len(expected))

    years = [text if len(text) > 11 else f"2026-{text}" for text in expected]
    assert [one.strftime("%Y-%m-%d %H:%M") for one in found] == years


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 0 30 2 ? *)",
        "cron(0 0 31 4,6,9,11 ? *)",
        "cron(0 0 31W 2 ? *)",
        "cron(0 0 1 1 ? 2020-2025)",
        "cron(0 0 29 2 ? 2027)",
        "at(2026-03-27T12:00:00)",
    ],
)
def test_some_expressions_never_fire(expression):
    assert times(expression, "UTC", 1) == []


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("every(2)", "write 'rate"),
        ("rate(0 minutes)", "whole number"),
        ("rate(5 seconds)", "minutes, hours or days"),
        ("cron(0 3 * * *)", "has 5 fields: write six"),
        ("cron(0 3 * * * *)", "names both days or none"),
        ("cron(0 3 ? * ? *)", "names both days or none"),
        ("cron(60 3 * * ? *)", "minute '60' is not valid: write 0 to 59"),
        ("cron(0 3 ? * 0 *)", "day of the week '0' is not valid: write 1 to 7, or SUN to SAT"),
        ("cron(0 3 ? * 2#6 *)", "day of the week '2#6' is not valid"),
        ("cron(0 3 * 13 ? *)", "month '13'"),
        ("cron(0 3 * * ? 2200)", "year '2200'"),
        ("cron(9-3 3 * * ? *)", "lower value first"),
        ("cron(0/0 3 * * ? *)", "step"),
        ("at(2026-02-30T00:00:00)", "a date and a time"),
        ("at(2026-12-01 03:00)", "a date and a time"),
    ],
)
def test_an_invalid_expression_says_what_to_write(expression, message):
    with pytest.raises(ExpressionError, match=message.replace("(", r"\(")):
        parse(expression)


def test_an_unknown_time_zone_is_refused():
    for name in ("Europe/Wien", "", "../etc", "local"):
        with pytest.raises(ExpressionError, match="is not a time zone"):
            parse("cron(0 3 * * ? *)", name)


def matches(day: date, kind: str, number: int, nth: int) -> bool:
    """Say whether *day* is one of a day field, by its definition."""
    last = calendar.monthrange(day.year, day.month)[1]
    of_week = day.isoweekday() % 7 + 1
    weekdays = [d for d in range(1, last + 1) if day.replace(day=d).weekday() < 5]
    if kind == "day":
        return day.day == number
    if kind == "W":
        return number <= last and day.day == min(weekdays, key=lambda d: (abs(d - number), d))
    if kind == "weekday":
        return of_week == number % 7 + 1
    if kind == "L":
        return of_week == number % 7 + 1 and day.day + 7 > last
    return of_week == number % 7 + 1 and (day.day + 6) // 7 == nth


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["day", "W", "weekday", "L", "#"]),
    number=st.integers(1, 31),
    nth=st.integers(1, 5),
    hour=st.integers(0, 23),
    months=st.sets(st.integers(1, 12), min_size=1),
)
def test_cron_agrees_with_a_search_through_all_days(kind, number, nth, hour, months):
    weekday = number % 7 + 1
    day = {"day": str(number), "W": f"{number}W"}.get(kind, "?")
    week = {"weekday": str(weekday), "L": f"{weekday}L", "#": f"{weekday}#{nth}"}.get(kind, "?")
    expression = f"cron(0 {hour} {day} {','.join(map(str, sorted(months)))} {week} 2026-2027)"
    days = [date(2026, 3, 28) + timedelta(days=n) for n in range(644)]
    expected = [d for d in days if d.month in months and matches(d, kind, number, nth)]

    found = times(expression, "UTC", 1000, START.replace(hour=23, minute=59))

    assert [(one.date(), one.hour) for one in found] == [(one, hour) for one in expected]
