"""The tokens of a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from localcloud.telemetry.insights.errors import MalformedQueryError


class Kind(StrEnum):
    """What a token is."""

    NAME = "name"
    QUOTED_NAME = "quoted name"
    NUMBER = "number"
    DURATION = "duration"
    STRING = "string"
    SYMBOL = "symbol"
    END = "end of the query"


@dataclass(frozen=True)
class Token:
    """A token with its position in the text."""

    kind: Kind
    text: str
    """As written; of strings and quoted names, their value; `a[0].b` is `a.0.b`."""
    start: int
    end: int

    @property
    def word(self) -> str:
        """An unquoted name in lower case, a symbol as it is; otherwise ''."""
        if self.kind is Kind.NAME:
            return self.text.lower()
        return self.text if self.kind is Kind.SYMBOL else ""


LONGEST_NUMBER = 40
"""Characters of a number."""
_SPACE = re.compile(r"(?:\s+|#[^\n]*)+")
_TOKEN = re.compile(
    r"""
      (?P<duration>[0-9]+(?:\.[0-9]+)?[A-Za-z]+)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<name>(?!(?i:in)\[)[A-Za-z_@$][\w@$]*(?:\.[\w@$]+|\[[0-9]{1,6}\])*)
    | (?P<in>(?i:in))
    | (?P<quoted>`[^`\n]+`)
    | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<symbol>=~|!=|<=|>=|[=<>+\-*/^%(),|\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_INDEX = re.compile(r"\[([0-9]+)\]")
_EXPONENT = re.compile(r"[0-9]+(?:\.[0-9]*)?[eE][0-9]+\Z")
_KINDS = {
    "duration": Kind.DURATION,
    "number": Kind.NUMBER,
    "name": Kind.NAME,
    "in": Kind.NAME,
    "quoted": Kind.QUOTED_NAME,
    "string": Kind.STRING,
    "symbol": Kind.SYMBOL,
}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_REGEX = re.compile(r"/((?:[^/\\\n]|\\.)+)/")


def token_at(text: str, position: int) -> Token:
    """Return the token of *text* at *position*, or after the blanks and comments there."""
    if space := _SPACE.match(text, position):
        position = space.end()
    if position >= len(text):
        return Token(Kind.END, "", len(text), len(text))
    found = _TOKEN.match(text, position)
    if found is None:
        raise MalformedQueryError(_unreadable(text[position]), position)
    kind, value = _KINDS[str(found.lastgroup)], found[0]
    if kind is Kind.DURATION and _EXPONENT.match(value):
        kind = Kind.NUMBER
    if kind in {Kind.NUMBER, Kind.DURATION} and len(value) > LONGEST_NUMBER:
        raise MalformedQueryError("the number is too long", position, found.end())
    if kind is Kind.STRING:
        value = _ESCAPE.sub(_unescaped, value[1:-1])
    elif kind is Kind.NAME:
        value = _INDEX.sub(r".\1", value)
    elif kind is Kind.QUOTED_NAME:
        value = value[1:-1]
    return Token(kind, value, position, found.end())


def regex_at(text: str, position: int) -> Token:
    """Return the regular expression `/.../` of *text* at *position*, without its slashes."""
    found = _REGEX.match(text, position)
    if found is None:
        raise MalformedQueryError("the regular expression has no closing '/'", position, len(text))
    return Token(Kind.STRING, found[1].replace(r"\/", "/"), position, found.end())


def _unescaped(found: re.Match[str]) -> str:
    """Return a quote without its backslash, and the letters n and t as a line end and a tab."""
    known = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}
    return known.get(found[1], found[0])


def _unreadable(character: str) -> str:
    if character in "\"'`":
        return f"the closing {character} is missing"
    return f"unexpected character {character!r}"
