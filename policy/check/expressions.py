"""The values of expressions in a Pulumi YAML program, as far as the program determines them."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policy.engine.values import UNKNOWN, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from policy.check.document import Document

    Path = tuple[str | int, ...]

_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)\}")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[\"([^\"]*)\"\]")
_ARITY = 2
"""The number of arguments of `fn::join`."""


@dataclass(frozen=True)
class Value:
    """The value of an expression, and the resources that it depends on."""

    value: Any
    resources: frozenset[str] = frozenset()


@dataclass
class Scope:
    """The names that expressions of a program can refer to."""

    document: Document
    project: str
    resources: frozenset[str]
    variables: Mapping[str, Any]
    configuration: Mapping[str, tuple[Any, bool]]
    """Key -> its value, UNKNOWN where it has none, and whether it is secret."""
    reveal: bool
    """Whether the values of secrets are read; they are unknown otherwise."""
    secrets: bool = field(default=False, init=False)
    """Whether a secret with a known value was read."""
    _evaluated: dict[str, Value] = field(default_factory=dict[str, Value], init=False)
    _open: list[str] = field(default_factory=list[str], init=False)

    def value(self, expression: Any, path: Path) -> Value:
        """Return the value of *expression*, which is at *path* in the document."""
        if isinstance(expression, str):
            return self._text(expression, path)
        if is_array(expression):
            found = [self.value(one, (*path, index)) for index, one in enumerate(expression)]
            return Value([one.value for one in found], _resources(found))
        if not is_object(expression):
            return Value(expression)
        if len(expression) == 1:
            [(name, argument)] = expression.items()
            if str(name).lower().startswith("fn::"):
                return self._call(str(name)[4:], self.value(argument, (*path, name)))
        values = {str(key): self.value(one, (*path, key)) for key, one in expression.items()}
        return Value({key: one.value for key, one in values.items()}, _resources(values.values()))

    def configured(self, key: str) -> Value:
        """Return the value of the configuration *key*."""
        value, secret = self.configuration[key]
        return Value(self._revealed(value) if secret else value)

    def _revealed(self, secret: Any) -> Any:
        self.secrets |= secret is not UNKNOWN
        return secret if self.reveal else UNKNOWN

    def _call(self, function: str, argument: Value) -> Value:
        """Return the result of the built-in *function*; that of most is not known here."""
        evaluate = _FUNCTIONS.get(function.lower())
        if function.lower() == "secret":
            return Value(self._revealed(argument.value), argument.resources)
        return Value(evaluate(argument.value) if evaluate else UNKNOWN, argument.resources)

    def _text(self, text: str, path: Path) -> Value:
        """Return the interpolated *text*; a reference alone keeps the type of its value."""
        whole = _REFERENCE.fullmatch(text)
        if whole and whole[1] is not None:
            return self._referred(whole[1].strip(), path)
        found: list[Value] = []
        end = 0
        for match in _REFERENCE.finditer(text):
            found.append(Value(text[end : match.start()]))
            reference = match[1]
            found.append(
                Value("${") if reference is None else self._referred(reference.strip(), path)
            )
            end = match.end()
        parts = [*(one.value for one in found), text[end:]]
        return Value(_joined("", parts), _resources(found))

    def _referred(self, reference: str, path: Path) -> Value:
        """Return the value of `name`, `name.property` or `name[0]`."""
        steps = [match[1] or match[2] or match[3] or "" for match in _STEP.finditer(reference)]
        name = steps[0] if steps else ""
        if name in self.resources:
            return Value(UNKNOWN, frozenset({name}))
        if name == "pulumi":
            return Value(self.project if steps[1:] == ["project"] else UNKNOWN)
        if name in self.variables:
            found = self._variable(name)
        elif name in self.configuration:
            found = self.configured(name)
        else:
            raise self.document.error(f"{_dotted(path)}: {self._unknown_name(name)}", *path)
        return Value(_at(found.value, steps[1:]), found.resources)

    def _variable(self, name: str) -> Value:
        path = ("variables", name)
        if name not in self._evaluated:
            if name in self._open:
                cycle = " -> ".join([*self._open[self._open.index(name) :], name])
                message = f"variables.{name}: refers to itself ({cycle}): remove one reference"
                raise self.document.error(message, *path)
            self._open.append(name)
            self._evaluated[name] = self.value(self.variables[name], path)
            self._open.pop()
        return self._evaluated[name]

    def _unknown_name(self, name: str) -> str:
        names = [*self.resources, *self.variables, *self.configuration, "pulumi"]
        near = difflib.get_close_matches(name, names, n=1)
        meant = f"'{near[0]}'" if near else "one of the names in this file"
        return f"there is no resource, variable or configuration key '{name}': write {meant}"


def _resources(values: Iterable[Value]) -> frozenset[str]:
    return frozenset(name for one in values for name in one.resources)


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)


def _at(value: Any, steps: list[str]) -> Any:
    """Return what is at *steps* in *value*; UNKNOWN where that is not in the program."""
    for step in steps:
        if is_array(value) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif is_object(value) and step in value:
            value = value[step]
        else:
            return UNKNOWN
    return value


def _joined(delimiter: Any, parts: list[Any]) -> Any:
    if isinstance(delimiter, str) and all(
        isinstance(one, (str, int, float)) and not isinstance(one, bool) for one in parts
    ):
        return delimiter.join(str(one) for one in parts)
    return UNKNOWN


def _join(argument: Any) -> Any:
    if is_array(argument) and len(argument) == _ARITY and is_array(argument[1]):
        return _joined(argument[0], argument[1])
    return UNKNOWN


def _to_json(argument: Any) -> Any:
    """Return *argument* as JSON text; as a value if a part of it is not known.

    Rules read documents as text or as values.
    """
    try:
        return json.dumps(argument)
    except TypeError:
        return argument


_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {"join": _join, "tojson": _to_json}
"""Function, in lower case -> its result where that depends on nothing else."""
