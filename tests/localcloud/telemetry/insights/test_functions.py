"""Each function with what AWS's reference says of it."""

from __future__ import annotations

import json

import pytest

from localcloud.telemetry.insights.evaluation import evaluate
from localcloud.telemetry.insights.parser import parse
from localcloud.telemetry.insights.rows import Event

TIME = 1_764_486_123_456  # 2025-11-30 07:02:03.456


def value_of(expression, **fields):
    """Return what *expression* is displayed as for an event; None if it is missing."""
    events = [Event(TIME, json.dumps(fields), "stream", "group", TIME)]
    [row] = evaluate(parse(f"fields {expression} as result"), events).rows
    return dict(row).get("result")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2", "3"),
        ("7 - 2 - 1", "4"),
        ("2 * 3 + 4", "10"),
        ("2 + 3 * 4", "14"),
        ("7 / 2", "3.5"),
        ("2 ^ 3", "8"),
        ("2 ^ 3 ^ 2", "512"),
        ("-2 ^ 2", "-4"),
        ("2 ^ -1", "0.5"),
        ("10 % 3", "1"),
        ("1 / 0", None),
        ("10 ^ 400", None),
        ("0 - 1 ^ 0.5", "-1"),
        ("(0 - 8) ^ 0.5", None),
        ("1 / 3", "0.3333"),
        ("'a' + 1", None),
        ("missing + 1", None),
        ("1 < 2", "1"),
        ("2 <= 1", "0"),
        ("'10' > '9'", "1"),
        ("'b' > 'a'", "1"),
        ("1 = 1 and not 2 = 3", "1"),
        ("'a' in ['b', 'a']", "1"),
        ("'a' not in ['b']", "1"),
        ("'abc' like 'b'", "1"),
        ("'abc' like /^a.c$/", "1"),
        ("'abc' =~ /B/", "0"),
        ("'ABC' like /(?i)b/", "1"),
        ("abs(-3)", "3"),
        ("ceil(1.2)", "2"),
        ("floor(1.8)", "1"),
        ("greatest(1, 3, 2)", "3"),
        ("least(1, 3, 2)", "1"),
        ("log(1)", "0"),
        ("log(0)", None),
        ("sqrt(16)", "4"),
        ("sqrt(-1)", None),
        ("abs('x')", None),
        ("ispresent(text)", "1"),
        ("ispresent(missing)", "0"),
        ("coalesce(missing, text)", "hello"),
        ("isempty('')", "1"),
        ("isempty(missing)", "1"),
        ("isblank('  ')", "1"),
        ("isblank(text)", "0"),
        ("concat(text, ' ', 1)", "hello 1"),
        ("ltrim('  a ')", "a "),
        ("rtrim(' a  ')", " a"),
        ("trim(' a ')", "a"),
        ("trim('xyZfooxyZ', 'xyZ')", "foo"),
        ("ltrim('xyZxyZfooxyZ', 'Z')", "xyZxyZfooxyZ"),
        ("strlen(text)", "5"),
        ("toupper(text)", "HELLO"),
        ("tolower('ABC')", "abc"),
        ("substr('xyZfooxyZ', 3)", "fooxyZ"),
        ("substr('xyZfooxyZ', 3, 4)", "foox"),
        ("replace('foo', 'o', '0')", "f00"),
        ("strcontains(text, 'ell')", "1"),
        ("strcontains(text, 'x')", "0"),
        ("strlen(missing)", None),
        ("isValidIp('10.0.0.1')", "1"),
        ("isValidIp('fe80::1')", "1"),
        ("isValidIpV4('fe80::1')", "0"),
        ("isValidIpV6('fe80::1')", "1"),
        ("isIpInSubnet('10.0.1.2', '10.0.0.0/16')", "1"),
        ("isIpv4InSubnet('10.1.1.2', '10.0.0.0/16')", "0"),
        ("isIpv6InSubnet('fe80::1', 'fe80::/10')", "1"),
        ("isIpInSubnet('nonsense', '10.0.0.0/16')", "0"),
        ("isIpInSubnet('10.0.0.1', 'nonsense')", "0"),
        ("jsonStringify(map)", '{"a":[1]}'),
        ("jsonParse('nonsense')", None),
        ("bin(5m)", "2025-11-30 07:00:00.000"),
        ("bin(30s)", "2025-11-30 07:02:00.000"),
        ("bin(10ms)", "2025-11-30 07:02:03.450"),
        ("bin(1day)", "2025-11-30 00:00:00.000"),
        ("bin(1w)", "2025-11-24 00:00:00.000"),
        ("bin(1mo)", "2025-11-01 00:00:00.000"),
        ("bin(1q)", "2025-10-01 00:00:00.000"),
        ("bin(1y)", "2025-01-01 00:00:00.000"),
        ("datefloor(@timestamp, 1h)", "2025-11-30 07:00:00.000"),
        ("dateceil(@timestamp, 1h)", "2025-11-30 08:00:00.000"),
        ("dateceil(@timestamp, 1mo)", "2025-12-01 00:00:00.000"),
        ("dateceil(@timestamp, 1y)", "2026-01-01 00:00:00.000"),
        ("fromMillis(0)", "1970-01-01 00:00:00.000"),
        ("toMillis(@timestamp)", str(TIME)),
        ("now() > 1700000000", "1"),
        ("datefloor('x', 1h)", None),
        ("@timestamp", "2025-11-30 07:02:03.456"),
        ("@logStream", "stream"),
        ("@log", "group"),
    ],
)
def test_result(expression, expected):
    assert value_of(expression, text="hello", inner='{"a": 1}', map={"a": [1]}) == expected


def test_a_field_of_parsed_json():
    events = [Event(TIME, json.dumps({"inner": '{"users": [{"n": "x"}]}'}), "s", "g", TIME)]
    query = parse("fields jsonParse(inner) as j | fields j.users[0].n as a, j.users.0.n as b")
    row = dict(evaluate(query, events).rows[0])
    assert (row["a"], row["b"]) == ("x", "x")
