"""Rules of composite alarms: `ALARM("a") AND NOT (OK(b) OR INSUFFICIENT_DATA("c"))`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.telemetry.alarms.evaluation import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MAX_LENGTH = 10_240
MAX_CHILDREN = 100
MAX_DEPTH = 50
MAX_ELEMENTS = 500  # CloudWatch's limit of operators, states and constants in a rule

_TOKEN = re.compile(
    r"""\s*(?:(?P<end>\Z)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<mark>[()])|(?P<word>[^\s()"]+))""",
    re.VERBOSE | re.DOTALL,
)
_ARN = re.compile(r"arn:[\w-]+:cloudwatch:[\w-]*:\d*:alarm:(.+)", re.DOTALL)


class RuleError(ValueError):
    """Raised for a rule that is invalid; says where."""

    def __init__(self, reason: str, position: int) -> None:
        """Say *reason*, and the 1-based *position* of the character."""
        super().__init__(f"{reason} (at character {position})")
        self.reason, self.position = reason, position


@dataclass(frozen=True)
class Rule:
    """A parsed rule."""

    children: tuple[str, ...]
    """Names of the alarms that it reads, each once, in the order of the text."""
    holds: Callable[[Mapping[str, State]], bool]
    """Whether it holds for the states of its children; one that is gone is in no state."""

    def state(self, states: Mapping[str, State]) -> State:
        """Return ALARM if the rule holds, else OK."""
        return State.ALARM if self.holds(states) else State.OK


def parse_rule(text: str) -> Rule:
    """Return the rule of *text*; raises RuleError."""
    if len(text) > MAX_LENGTH:
        raise RuleError(f"longer than {MAX_LENGTH} characters", MAX_LENGTH + 1)
    parser = _Parser(text)
    holds = parser.whole()
    children = tuple(dict.fromkeys(parser.children))
    if len(children) > MAX_CHILDREN:
        raise RuleError(f"{len(children)} alarms: use at most {MAX_CHILDREN}", 1)
    return Rule(children, holds)


def cycle(name: str, rules: Mapping[str, Iterable[str]]) -> list[str]:
    """Return a path of names from *name* back to it, [] if there is none.

    *rules* has the children of each composite alarm.
    """
    waiting: list[list[str]] = [[name]]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        for child in rules.get(path[-1], ()):
            if child == name:
                return [*path, name]
            if child not in seen:
                seen.add(child)
                waiting.append([*path, child])
    return []


class _Parser:
    def __init__(self, text: str) -> None:
        self.children: list[str] = []
        self._text = text
        self._at = 0
        self._depth = 0
        self._elements = 0
        self._next()

    def _next(self) -> None:
        match = _TOKEN.match(self._text, self._at)
        if match is None:
            start = len(self._text) - len(self._text[self._at :].lstrip())
            raise RuleError('a quoted name does not end: add "', start + 1)
        self._kind = match.lastgroup or "end"
        self._token = match[self._kind]
        self._position = match.start(self._kind) + 1
        self._at = match.end()

    def whole(self) -> Callable[[Mapping[str, State]], bool]:
        if self._kind == "end":
            raise RuleError("the rule is empty", 1)
        found = self._either()
        if self._kind != "end":
            raise RuleError(f"expected AND, OR or the end, got {self._token!r}", self._position)
        return found

    def _word(self) -> str:
        return self._token.upper() if self._kind == "word" else ""

    def _either(self) -> Callable[[Mapping[str, State]], bool]:
        found = [self._both()]
        while self._word() == "OR":
            self._element()
            found.append(self._both())
        return found[0] if len(found) == 1 else lambda states: any(one(states) for one in found)

    def _both(self) -> Callable[[Mapping[str, State]], bool]:
        found = [self._one()]
        while self._word() == "AND":
            self._element()
            found.append(self._one())
        return found[0] if len(found) == 1 else lambda states: all(one(states) for one in found)

    def _one(self) -> Callable[[Mapping[str, State]], bool]:
        position, word = self._position, self._word()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise RuleError(f"nested deeper than {MAX_DEPTH} levels", position)
        try:
            if self._kind == "mark" and self._token == "(":  # noqa: S105 - a parenthesis
                self._next()
                inside = self._either()
                self._close()
                return inside
            if word == "NOT":
                self._element()
                negated = self._one()
                return lambda states: not negated(states)
            if word in ("TRUE", "FALSE"):
                self._element()
                return lambda _: word == "TRUE"
            if word in State.__members__:
                return self._state(State(word))
        finally:
            self._depth -= 1
        got = repr(self._token) if self._kind != "end" else "the end"
        wanted = "expected ALARM(), OK(), INSUFFICIENT_DATA(), NOT, TRUE, FALSE or ("
        raise RuleError(f"{wanted}, got {got}", position)

    def _state(self, state: State) -> Callable[[Mapping[str, State]], bool]:
        self._element()
        if self._kind != "mark" or self._token != "(":  # noqa: S105 - a parenthesis
            raise RuleError(f'expected ( after {state}: {state}("name")', self._position)
        self._next()
        if self._kind == "text":
            name = re.sub(r"\\(.)", r"\1", self._token[1:-1], flags=re.DOTALL)
        elif self._kind == "word":
            name = self._token
        else:
            raise RuleError("expected the name of an alarm", self._position)
        found = _ARN.fullmatch(name)
        name = found[1] if found else name
        if not name:
            raise RuleError("the name of an alarm is empty", self._position)
        self._next()
        self._close()
        self.children.append(name)
        return lambda states: states.get(name) is state

    def _close(self) -> None:
        if self._kind != "mark" or self._token != ")":  # noqa: S105 - a parenthesis
            raise RuleError("expected )", self._position)
        self._next()

    def _element(self) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise RuleError(f"more than {MAX_ELEMENTS} operators and alarms", self._position)
        self._next()
