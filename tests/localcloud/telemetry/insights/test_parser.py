"""What is a query, and where the mistake in one that is none lies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.telemetry.insights.errors import MalformedQueryError
from localcloud.telemetry.insights.parser import LONGEST_QUERY, parse

ACCEPTED = [
    "fields @timestamp, @message | sort @timestamp desc | limit 20",
    "filter @message like /ERROR/ | stats count(*) as errors by bin(5m)",
    "filter @message not like 'a' and level in ['ERROR', 'WARN'] or status not in [200, -1]",
    "parse @message 'user=*, method:*' as user, method | stats avg(latency) by method",
    "parse @message /user=(?<user>\\S+)/ | display user",
    "parse 'a*' as b",
    "fields a.b.0.c, `odd-name`, items[0] as first # a comment",
    "fields (a + b) * -2 ^ 3 % 4 / 5 as x | filter not ispresent(x)",
    "stats max(a) - min(a) as spread, pct(a, 99.9) by service, bin(1 hour) as hour".replace(
        "1 hour", "1hour"
    ),
    "stats count(*) as n by bin(5m) as t | stats max(n) by dateceil(t, 1d)",
    "FIELDS a | FILTER a = 1 | SORT a ASC, b DESC | DEDUP a, b",
    "filter a =~ /x\\/y/",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted(text):
    assert parse(text).text == text


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("", "", "expected a command"),
        ("fields", "", "expected a field"),
        ("feilds @message", "feilds", "expected a command"),
        ("pattern @message", "pattern", "not served"),
        ("fields a b", "b", "expected '|' or the end"),
        ("fields a |", "", "expected a command"),
        ("filter a = ", "", "expected a field"),
        ("filter a == 1", "= 1", "expected a field"),
        ("filter a = 'open", "'open", "the closing ' is missing"),
        ("filter a like b", "b", "expected a text in quotes"),
        ("filter a like /b", "/b", "no closing '/'"),
        ("filter a like /(b/", "/(b/", "invalid regular expression"),
        ("filter a in []", "]", "expected a number or a text"),
        ("filter a not b", "b", "expected 'like' or 'in'"),
        ("filter lenght(a) > 1", "lenght", "unknown function 'lenght'"),
        ("filter count(a) > 1", "count", "a function of stats alone"),
        ("fields strlen(a, b)", "strlen(a, b)", "takes 1 arguments, not 2"),
        ("fields bin(5)", "5)", "expected a period such as 30s"),
        ("fields bin(0m)", "0m", "expected a period"),
        ("fields bin(5lightyears)", "5lightyears", "expected a period"),
        ("fields 5m", "5m", "a period is an argument"),
        ("stats a by b", "a by", "stats takes functions"),
        ("stats sum(sum(a))", "sum(a)", "takes no other of them"),
        ("stats pct(a, 101)", "101", "between 0 and 100"),
        ("sort a | stats count(*)", "sort a", "must follow the last stats"),
        ("stats count(*) by a | stats avg(b)", "b)", "the second stats cannot use 'b'"),
        (
            "stats count(*) | stats count(*) | stats count(*)",
            None,
            "at most 2 stats commands",
        ),
        ("limit 0", "0", "between 1 and 10000"),
        ("limit 10001", "10001", "between 1 and 10000"),
        ("limit 1.5", "1.5", "between 1 and 10000"),
        ("parse @message 'a*b*' as c", "'a*b*'", "has 2 fields"),
        ("parse @message /a(b)/", "/a(b)/", "has 1 fields"),
        ("fields a ; b", ";", "unexpected character ';'"),
        ("fields " + "1" * 41, "1" * 41, "the number is too long"),
    ],
)
def test_refused_at_a_position(text, at, message):
    with pytest.raises(MalformedQueryError, match=message.replace("|", r"\|")) as caught:
        parse(text)
    if at is not None:
        assert text[caught.value.start :].startswith(at)
        assert 0 <= caught.value.start <= caught.value.end <= len(text) + 1


@pytest.mark.parametrize(
    "text",
    [
        "filter " + "(" * 5000,
        "filter " + "not " * 2000 + "a",
        "fields " + "-" * 5000 + "a",
        "fields " + "a+" * 4000 + "a",
        "fields " + "a^" * 4000 + "a",
        "fields " + "abs(" * 2000,
        "fields " + "a," * 4000 + "a",
        "filter a in [" + "1," * 4000 + "1]",
        "fields a" + "[0]" * 3000,
        "fields a | " * 900 + "fields a",
        "x" * (LONGEST_QUERY + 1),
        "\x00",
        "fields \ud800",
        "fields ²",
    ],
)
def test_hostile_text_ends_in_a_query_or_a_position(text):
    error = mistake(text)
    assert error is None or 0 <= error.start <= len(text)


WORDS = (
    "fields filter parse stats sort limit display dedup by as and or not like in count ( ) * | ,"
    " [ ] = != < 1 5m 'a' \"b\" /c/ @message a.b bin avg pct - + ^ / ` ' # =~"
)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join) | st.text(max_size=40))
def test_any_text_is_a_query_or_a_mistake_within_it(text):
    error = mistake(text)
    assert error is None or (error.message and 0 <= error.start <= error.end <= len(text) + 1)


def mistake(text):
    """Return the error of a query; None if it has none."""
    try:
        parse(text)
    except MalformedQueryError as error:
        return error
    return None
