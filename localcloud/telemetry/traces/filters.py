"""Filter expressions of GetTraceSummaries, as far as they are served.

service("orders") AND (fault OR responsetime > 0.5)
http.status = 503, http.method = "GET", annotation.customer = "ada", duration >= 1
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localcloud.telemetry.traces.span import Span

    Predicate = Callable[[Sequence[Span]], bool]

MAX_DEPTH = 50
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*")|(?P<number>\d+(?:\.\d+)?)|(?P<sign><=|>=|!=|[<>=()!])"""
    r"""|(?P<word>[A-Za-z_][\w.]*(?:\[[^\]]*\])?))""",
    re.VERBOSE,
)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FLAGS: dict[str, Callable[[Span], bool]] = {
    "fault": lambda span: span.fault,
    "error": lambda span: span.error,
    "throttle": lambda span: span.throttled,
}
_HTTP = {
    "http.status": ("http.response.status_code", "http.status_code"),
    "http.method": ("http.request.method", "http.method"),
    "http.url": ("url.full", "url.path", "http.route"),
}
_ANNOTATION = re.compile(r"annotation[.\[]\"?([\w.]+)\"?\]?")


class FilterError(ValueError):
    """Raised for an expression that cannot be read, or that is not served."""


def predicate(expression: str) -> Predicate:
    """Return what *expression* says of the spans of a trace; raises FilterError."""
    if not expression.strip():
        return lambda _: True
    return _Parser(expression).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        position, text = 0, text.rstrip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise _invalid(f"cannot be read at {text[position : position + 20]!r}")
            self._tokens.append(found[0].strip())
            position = found.end()

    def whole(self) -> Predicate:
        found = self._either(0)
        if self._tokens:
            raise _invalid(f"has {self._tokens[0]!r} where AND or OR is expected")
        return found

    def _either(self, depth: int) -> Predicate:
        if depth > MAX_DEPTH:
            raise _invalid(f"has more than {MAX_DEPTH} parentheses")
        parts = [self._both(depth)]
        while self._skip("OR"):
            parts.append(self._both(depth))
        return lambda spans: any(part(spans) for part in parts)

    def _both(self, depth: int) -> Predicate:
        parts = [self._one(depth)]
        while self._skip("AND"):
            parts.append(self._one(depth))
        return lambda spans: all(part(spans) for part in parts)

    def _one(self, depth: int) -> Predicate:
        if self._skip("NOT") or self._skip("!"):
            inner = self._one(depth + 1) if depth <= MAX_DEPTH else self._either(depth)
            return lambda spans: not inner(spans)
        if self._skip("("):
            inner = self._either(depth + 1)
            self._expect(")")
            return inner
        return self._keyword(self._next("a keyword"))

    def _keyword(self, word: str) -> Predicate:
        if word == "service":
            self._expect("(")
            name = self._next("the name of a service").strip('"')
            self._expect(")")
            return lambda spans: any(one.service == name for one in spans)
        if word in _FLAGS:
            return lambda spans: any(map(_FLAGS[word], spans))
        if word == "ok":
            return lambda spans: not any(check(one) for check in _FLAGS.values() for one in spans)
        if word in ("duration", "responsetime"):
            compare = self._comparison()
            return lambda spans: compare(_seconds(spans, word))
        if names := self._attributes(word):
            compare = self._comparison()
            return lambda spans: any(
                compare(one.attributes[name])
                for one in spans
                for name in names
                if name in one.attributes
            )
        raise _invalid(
            f"has {word!r}, which is not supported here: service(), ok, fault, error, throttle,"
            " duration, responsetime, http.status, http.method, http.url and annotation.<key> are"
        )

    def _attributes(self, word: str) -> tuple[str, ...]:
        found = _ANNOTATION.fullmatch(word)
        return (found[1], found[1].replace("_", ".")) if found else _HTTP.get(word, ())

    def _comparison(self) -> Callable[[Any], bool]:
        sign = self._next("a comparison")
        wanted = self._next("a value")
        if sign.upper() in ("CONTAINS", "BEGINSWITH", "ENDSWITH"):
            method = {"CONTAINS": "__contains__", "BEGINSWITH": "startswith"}.get(
                sign.upper(), "endswith"
            )
            return lambda value: getattr(str(value), method)(wanted.strip('"'))
        if sign not in _SIGNS:
            raise _invalid(f"has {sign!r} where a comparison is expected")
        compare = _SIGNS[sign]
        if wanted.startswith('"'):
            return lambda value: compare(str(value), wanted.strip('"'))
        if not wanted[0].isdigit():
            raise _invalid(f"has {wanted!r} where a number or a text in quotes is expected")
        number = float(wanted)
        return lambda value: isinstance(value, int | float) and compare(value, number)

    def _skip(self, token: str) -> bool:
        if self._tokens and self._tokens[0].upper() == token:
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._skip(token):
            raise _invalid(f"lacks {token!r}")

    def _next(self, what: str) -> str:
        if not self._tokens:
            raise _invalid(f"ends where {what} is expected")
        return self._tokens.pop(0)


def _seconds(spans: Sequence[Span], word: str) -> float:
    first = min(spans, key=lambda one: one.start)
    if word == "responsetime":
        return first.seconds
    return (max(one.end for one in spans) - first.start) / 1e9


def _invalid(reason: str) -> FilterError:
    return FilterError(f"FilterExpression {reason}")
