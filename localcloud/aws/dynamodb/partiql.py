"""Parses PartiQL statements: their clauses become DynamoDB's condition and update expressions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.dynamodb.exceptions import MockValidationException

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*")"""
    r"""|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<sign><=|>=|<>|!=|<<|>>|[=<>?.,:()\[\]{}*+-]))"""
)
_FUNCTIONS = frozenset({
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains",
    "if_not_exists", "list_append", "size",
})  # fmt: skip
_OPERATORS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
_SIGNS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!=", "(", ")", ",", "+"})
_LITERALS: dict[str, dict[str, Any]] = {
    "TRUE": {"BOOL": True}, "FALSE": {"BOOL": False}, "NULL": {"NULL": True},
}  # fmt: skip
_RETURNING = re.compile(r"(ALL|MODIFIED) (OLD|NEW)")


@dataclass
class Statement:
    """A statement, with expressions in place of its clauses."""

    kind: str = ""
    """SELECT, INSERT, UPDATE or DELETE."""
    table: str = ""
    index: str = ""
    projection: list[str] = field(default_factory=list[str])
    """Attributes that SELECT returns; all if empty."""
    item: dict[str, Any] = field(default_factory=dict[str, Any])
    update: str = ""
    updated: set[str] = field(default_factory=set[str])
    condition: str = ""
    equal: dict[str, Any] = field(default_factory=dict[str, Any])
    """Attributes that the condition compares with `=`."""
    names: dict[str, str] = field(default_factory=dict[str, str])
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    returning: str = ""


def parse(text: str, parameters: list[dict[str, Any]]) -> Statement:
    """Return *text* as expressions, with *parameters* in place of its question marks."""
    return _Parser(text, parameters).statement()


def invalid(reason: str) -> MockValidationException:
    """Return the error of a statement that is not valid."""
    return MockValidationException(f"Statement wasn't well formed, can't be processed: {reason}")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(text.rstrip().removesuffix(";").rstrip())
    while at < end:
        found = _TOKEN.match(text, at, end)
        if found is None or found.lastgroup is None:
            raise invalid(f"Unexpected token at position {at + 1}")
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()


class _Parser:
    def __init__(self, text: str, parameters: list[dict[str, Any]]) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._parameters = iter(parameters)
        self._found = Statement()

    def statement(self) -> Statement:
        clauses: dict[str, Callable[[], None]] = {
            "SELECT": self._select, "INSERT": self._insert, "UPDATE": self._update,
            "DELETE": self._delete,
        }  # fmt: skip
        self._found.kind = self._next()[1].upper()
        if self._found.kind not in clauses:
            raise invalid(f"Unsupported statement: {self._found.kind}")
        clauses[self._found.kind]()
        if self._at < len(self._tokens):
            raise invalid(f"Unexpected token: {self._peek()}")
        return self._found

    def _select(self) -> None:
        while not self._accept("FROM"):
            kind, text = self._next()
            if kind in {"word", "quoted"}:
                self._found.projection.append(_unquoted(kind, text))
            elif text not in {"*", ","}:
                raise invalid(f"Unsupported projection: {text}")
        self._table()
        self._where()
        if self._peek() == "ORDER":
            raise NotImplementedError("ORDER BY of PartiQL")

    def _insert(self) -> None:
        self._expect("INTO")
        self._table()
        self._expect("VALUE")
        self._found.item = self._literal().get("M", {})

    def _update(self) -> None:
        self._table()
        clauses: dict[str, list[str]] = {}
        while self._peek() in {"SET", "REMOVE"}:
            clause = self._next()[1].upper()
            words = self._expression({"SET", "REMOVE", "WHERE", "RETURNING"})
            clauses.setdefault(clause, []).append(" ".join(words))
        self._found.update = " ".join(f"{one} {', '.join(of)}" for one, of in clauses.items())
        self._found.updated = set(self._found.names.values())
        self._where()

    def _delete(self) -> None:
        self._expect("FROM")
        self._table()
        self._where()

    def _table(self) -> None:
        self._found.table = _unquoted(*self._next())
        if self._accept("."):
            self._found.index = _unquoted(*self._next())

    def _where(self) -> None:
        found = self._found
        if self._accept("WHERE"):
            words = self._expression({"RETURNING", "ORDER"})
            found.condition = " ".join(words)
            if "OR" not in words and "NOT" not in words:
                found.equal = {
                    found.names[name]: found.values[value]
                    for name, sign, value in zip(words, words[1:], words[2:], strict=False)
                    if sign == "=" and name in found.names and value in found.values
                }
        if self._accept("RETURNING"):
            found.returning = f"{self._next()[1]} {self._next()[1]}".upper()
            if not _RETURNING.fullmatch(found.returning):
                raise invalid(f"Unsupported RETURNING: {found.returning}")
            self._expect("*")

    def _expression(self, until: set[str]) -> list[str]:
        """Translate the tokens before one of *until* to those of an expression."""
        words: list[str] = []
        while self._at < len(self._tokens) and self._peek() not in until:
            words.append(self._translated(words))
            wrapped = words[-1] == ")" and words[-3:-2] == ["("] and words[-4:-3]
            if wrapped and wrapped[0] not in {"IN", *_FUNCTIONS}:
                words[-3:] = [words[-2]]  # moto compares no operand in parentheses
        return words

    def _translated(self, words: list[str]) -> str:
        kind, text = self._tokens[self._at]
        upper = text.upper() if kind == "word" else ""
        before = words[-1] if words else ""
        if upper == "IS":
            return self._is(words)
        if upper in _OPERATORS:
            word = upper
        elif upper.lower() in _FUNCTIONS:
            word = upper.lower()
        elif text in _SIGNS:
            word = "<>" if text == "!=" else text
        elif text == "-" and before[:1] in {"#", ":", ")"}:
            word = text
        elif text in {"[", "]"} and (before == "IN" or text == "]"):
            word = {"[": "(", "]": ")"}[text]
        elif (kind == "word" and upper not in _LITERALS) or kind == "quoted":
            return self._path()
        else:
            return self._value(self._literal())
        self._at += 1
        return word

    def _is(self, words: list[str]) -> str:
        self._at += 1
        path = words.pop()
        negated = self._accept("NOT")
        what = self._next()[1].upper()
        if what == "MISSING":
            return f"attribute_{'' if negated else 'not_'}exists ( {path} )"
        if what != "NULL":
            raise invalid(f"Unsupported operator: IS {what}")
        null = self._value({"S": "NULL"})
        return f"{'NOT ' if negated else ''}attribute_type ( {path} , {null} )"

    def _path(self) -> str:
        path = self._name(_unquoted(*self._next()))
        while self._peek() in {".", "["}:
            if self._next()[1] == ".":
                path += f".{self._name(_unquoted(*self._next()))}"
            else:
                path += f"[{self._next()[1]}]"
                self._expect("]")
        return path

    def _literal(self) -> dict[str, Any]:
        kind, text = self._next()
        if text == "?":
            try:
                return next(self._parameters)
            except StopIteration:
                raise MockValidationException(
                    "Number of parameters in request and statement don't match."
                ) from None
        if kind == "string":
            return {"S": _unquoted(kind, text)}
        if kind == "word" and text.upper() in _LITERALS:
            return _LITERALS[text.upper()]
        if kind == "number" or text == "-":
            return {"N": text if kind == "number" else f"-{self._number()}"}
        return self._collection(text)

    def _number(self) -> str:
        kind, text = self._next()
        if kind != "number":
            raise invalid(f"Unexpected token: {text}")
        return text

    def _collection(self, opening: str) -> dict[str, Any]:
        match opening:
            case "[":
                return {"L": list(self._until("]", self._literal))}
            case "{":
                return {"M": dict(self._until("}", self._member))}
            case "<<":
                members = list(self._until(">>", self._literal)) or [{"S": ""}]
                kind = next(iter(members[0]))
                return {f"{kind}S": [one.get(kind) for one in members]}
            case _:
                raise invalid(f"Unexpected token: {opening}")

    def _member(self) -> tuple[str, dict[str, Any]]:
        name = _unquoted(*self._next())
        self._expect(":")
        return name, self._literal()

    def _until(self, end: str, parse_one: Callable[[], Any]) -> Iterator[Any]:
        while not self._accept(end):
            yield parse_one()
            self._accept(",")

    def _name(self, name: str) -> str:
        known = next((one for one, of in self._found.names.items() if of == name), None)
        placeholder = known or f"#n{len(self._found.names)}"
        self._found.names[placeholder] = name
        return placeholder

    def _value(self, value: dict[str, Any]) -> str:
        placeholder = f":v{len(self._found.values)}"
        self._found.values[placeholder] = value
        return placeholder

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise invalid("Unexpected end")
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self) -> str:
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        return text.upper() if kind == "word" else text if kind == "sign" else ""

    def _accept(self, word: str) -> bool:
        if self._peek() != word:
            return False
        self._at += 1
        return True

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise invalid(f"Expected {word}")


def _unquoted(kind: str, text: str) -> str:
    if kind not in {"string", "quoted", "word"}:
        raise invalid(f"Unexpected token: {text}")
    quote = text[0]
    return text if kind == "word" else text[1:-1].replace(quote * 2, quote)
