"""Filter patterns match the lines that CloudWatch Logs' documentation says they match."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_patterns import Line, PatternError, parse_pattern
from log_patterns.expressions import Expression

EVENT = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "ThisFlag": True,
        "latency": 50.5,
        "errorCode": 400,
        "cluster.name": "c",
        "detail-type": "order",
        "text": "500",
    }
)
REQUEST = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


def matches(pattern: str, message: str) -> bool:
    return parse_pattern(pattern).matches(Line(message))


@pytest.mark.parametrize(
    ("pattern", "message", "wanted"),
    [
        ("", "anything", True),
        ("  ", "anything", True),
        ("ERROR", "[ERROR 400] BAD REQUEST", True),
        ("ERROR", "Exiting with ERRORCODE: -1", True),
        ("ERROR", "error", False),
        ("ERROR ARGUMENTS", "ERROR of ARGUMENTS", True),
        ("ERROR ARGUMENTS", "ERROR", False),
        ("?ERROR ?WARN", "WARN message", True),
        ("?ERROR ?WARN", "INFO message", False),
        ("ERROR ?WARN", "ERROR message", True),
        ("ERROR -WARN", "ERROR WARN message", False),
        ("ERROR -WARN", "ERROR message", True),
        ('"ERROR" - "Exiting"', "Exiting with ERRORCODE: -1", False),
        ('"INTERNAL SERVER ERROR"', "an INTERNAL SERVER ERROR", True),
        ('"INTERNAL SERVER ERROR"', "ERROR SERVER INTERNAL", False),
        (r'"say \"no\""', 'say "no"', True),
        ("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", True),
        ("%^AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", False),
        (r"%\d{1,3}\.\d{1,3}%", "from 10.0", True),
        ("%[Ee]rror|[Ff]ail% -ignored", "a Failure", True),
        ("%[Ee]rror|[Ff]ail% -ignored", "a Failure, ignored", False),
    ],
)
def test_terms_match(pattern, message, wanted):
    assert matches(pattern, message) is wanted


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{$.eventType=Update*}", True),
        ("{ $.eventType = *Trail }", True),
        ("{ $.eventType = *teTr* }", True),
        ("{ $.eventType = Up*Trail }", False),
        ("{ $.eventType != Update* }", False),
        ("{ $.eventType = * }", True),
        ("{ $.missing = * }", False),
        ("{ $.missing != other }", False),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[2] = "value" }', False),
        ("{ $.arrayKey = value }", False),
        ("{ $.arrayKey != value }", False),
        ('{ $.arrayKey[*] = "another value" }', True),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.objectList[*].id > 2 }", False),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.SomeObject = * }", False),
        ("{ $.missing IS NULL }", False),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.missing NOT EXISTS }", True),
        ("{ $.ThisFlag IS TRUE }", True),
        ("{ $.ThisFlag IS FALSE }", False),
        ("{ $.latency >= 50.5 }", True),
        ("{ $.latency < 5.05e1 }", False),
        ("{ $.latency > +50 }", True),
        ("{ $.errorCode = 400.0 }", True),
        ("{ $.errorCode = 4* }", True),
        ("{ $.errorCode != 500 }", True),
        ("{ $.['cluster.name'] = c }", True),
        ("{ $.detail-type = order }", True),
        (r"{ $.eventType = %^Update[A-Z]\w+$% }", True),
        ("{ $.eventType != %Update% }", False),
        ("{ $.errorCode = 1 || $.errorCode = 400 && $.ThisFlag IS TRUE }", True),
        ("{ ($.errorCode = 400 || $.errorCode = 1) && $.ThisFlag IS FALSE }", False),
        ('{ ($.eventType = "x" && $.errorCode = 1) || (($.latency > 1)) }', True),
    ],
)
def test_json_patterns_match(pattern, wanted):
    assert matches(pattern, EVENT) is wanted


@pytest.mark.parametrize("message", ["", "text", "{broken", "[1, 2]", "[" * 100_000, "5"])
def test_a_json_pattern_matches_no_other_text(message):
    assert not matches("{ $.errorCode NOT EXISTS && $.a = 1 }", message)


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code]", False),
        ("[ip, user, username, timestamp, request, status_code, bytes > 1000]", True),
        ("[..., request = *html*, status_code = 4*, bytes]", True),
        ("[..., status_code = 404 || status_code = 403, bytes]", True),
        ("[..., status_code = 4* && status_code != 404, bytes]", False),
        ("[ip, user, ..., bytes]", True),
        ("[ip = %127\\.0\\.0\\.[1-9]%, ...]", True),
        ("[ip != 127*, ...]", False),
        ("[a, b, c, d, e, f, g, h, ...]", False),
    ],
)
def test_space_delimited_patterns_match(pattern, wanted):
    assert matches(pattern, REQUEST) is wanted


def test_the_fields_of_a_delimited_line_have_the_names_of_the_pattern_or_a_number():
    pattern = parse_pattern("[..., request=*.html*, status_code=4*,]")

    assert pattern.fields(Line(REQUEST)) == {
        "$1": "127.0.0.1",
        "$2": "-",
        "$3": "frank",
        "$4": "10/Oct/2000:13:25:15 -0700",
        "$request": "GET /index.html HTTP/1.0",
        "$status_code": "404",
        "$7": "1534",
    }


def test_the_fields_of_a_json_line_are_those_that_the_pattern_selects():
    pattern = parse_pattern("{ $.latency = * && $.missing NOT EXISTS && $.ThisFlag IS TRUE }")

    assert pattern.fields(Line(EVENT)) == {"$.latency": "50.5", "$.ThisFlag": "true"}


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("foo-bar", r"Invalid character\(s\) in term '-' at character 4"),
        ("?Status: x", r"Invalid character\(s\) in term ':'"),
        ("ERROR -", "ends after '-'"),
        ('"open', "a quotation mark is not closed"),
        ("%open", "write '%' after"),
        ("%%", "it is empty"),
        ("%something!%", r"'!' is not supported: write '\\!'"),
        ("%(a)%", r"'\(' is not supported"),
        ("%ä%", "use ASCII"),
        ("%a**%", "follows a repetition"),
        ("%*a%", "has nothing to repeat"),
        ("%a{2%", "needs a count"),
        ("%a{300}%", "at most 255"),
        ("%[z-a]%", "in order"),
        ("%[a%", "is not closed"),
        ("%a^%", "at the start only"),
        ("{ $.a = 1", "must end with '}'"),
        ("{ $.a }", "expected one of"),
        ("{ a = 1 }", "expected a selector"),
        ("{ $.a = }", "found the end, expected a value"),
        ("{ $.a > x }", "'>' compares numbers, not 'x'"),
        ("{ $.a IS THERE }", "expected NULL, TRUE or FALSE"),
        ("{ $.a NOT THERE }", "expected EXISTS"),
        ("{ $.a = 1 $.b = 2 }", "expected '&&', '||' or '}'"),
        ("{ ($.a = 1 }", r"expected '\)'"),
        ('{ $."a" = 1 }', r"Invalid character\(s\) in term"),
        ("{ $.*.* = 1 }", "more than one wildcard"),
        ("{ " + "(" * 60 + "$.a = 1" + ")" * 60 + " }", "nested more than 50 times"),
        ("{ $.a = %a% && $.b = %b% && $.c = %c% }", "at most 2"),
        ("[a, b", "must end with ']'"),
        ("[a, a]", "occurs twice"),
        ("[..., a, ...]", "'...' occurs twice"),
        ("[a = 1 || b = 2]", "use one name"),
        ("[a.b]", "is no name of a field"),
        ("x" * 1025, "at most 1024"),
    ],
)
def test_a_pattern_that_does_not_parse_is_refused_with_the_reason(pattern, said):
    with pytest.raises(PatternError, match=said.replace("'||'", r"'\|\|'")):
        parse_pattern(pattern)


@given(st.text(alphabet='ab$.*=!<>&|()[]{}%?-"\\ ,1IS', max_size=40))
def test_any_text_is_parsed_or_refused(text):
    try:
        pattern = parse_pattern(text)
    except PatternError:
        return
    line = Line('{"a": 1}')
    if pattern.matches(line):
        pattern.fields(line)


words = st.text(alphabet="abAB_", min_size=1, max_size=3)


@given(st.lists(words, max_size=3), st.lists(words, max_size=2), st.text("abAB_ ", max_size=20))
def test_terms_match_as_their_definition_says(wanted, unwanted, message):
    pattern = " ".join([*wanted, *(f"-{one}" for one in unwanted)])

    expected = all(w in message for w in wanted) and not any(u in message for u in unwanted)

    assert matches(pattern, message) is expected


atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w"])
repetitions = st.sampled_from(["", "?", "*", "+", "{2}", "{1,2}", "{1,}"])
sequences = st.lists(st.tuples(atoms, repetitions).map("".join), max_size=5).map("".join)
expressions = st.builds(
    "{}{}{}".format, st.sampled_from(["", "^"]), sequences, st.sampled_from(["", "$"])
)


@given(expressions.filter(bool), st.text("ab1 \n", max_size=10))
def test_an_expression_finds_what_re_finds(text, message):
    reference = re.compile(text.replace("$", r"\Z"), re.ASCII)

    assert Expression(text).found(message) is bool(reference.search(message))


def test_an_expression_of_many_repetitions_decides_a_long_line():
    assert not Expression("a*a*a*a*a*a*a*a*b").found("a" * 100_000)


comparisons = st.sampled_from(["=", "!=", "<", ">", "<=", ">="])
OPERATORS = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


@st.composite
def conditions(draw, depth=2):
    """A condition as CloudWatch writes it, and the same as a function of the values."""
    if depth and draw(st.booleans()):
        left, holds_left = draw(conditions(depth=depth - 1))
        right, holds_right = draw(conditions(depth=depth - 1))
        if draw(st.booleans()):
            return f"({left}) && ({right})", lambda v: holds_left(v) and holds_right(v)
        return f"({left}) || ({right})", lambda v: holds_left(v) or holds_right(v)
    name, sign, number = draw(st.sampled_from("ab")), draw(comparisons), draw(st.integers(-3, 3))
    return f"$.{name} {sign} {number}", lambda v: OPERATORS[sign](v[name], number)


@given(conditions(), st.fixed_dictionaries({"a": st.integers(-3, 3), "b": st.integers(-3, 3)}))
def test_conditions_join_as_logic_says(condition, values):
    text, holds = condition

    assert matches(f"{{ {text} }}", json.dumps(values)) is holds(values)
