"""Reads what pulumi_aws declares from its source files, without importing it.

Importing one service of the SDK takes a second and up to 100 MB. Here only the classes of one type
are cut out of their file and parsed, which takes milliseconds.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Any
"""A word for a scalar, ["list", kind], ["map", kind] or ["object", name]."""

SCALARS = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "Any": "any",
    "Asset": "asset",
    "Archive": "asset",
}
WRAPPERS = frozenset({"Input", "Output", "Optional"})
CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
PROPERTY = re.compile(r"^    @(_builtins\.)?property$", re.MULTILINE)
FOLLOWING = re.compile(r"^[^\s)#]", re.MULTILINE)
"""The first line after a class."""
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class UnknownTypeError(LookupError):
    """Raised when the installed SDK does not declare a type or block."""


@dataclass(frozen=True)
class Declaration:
    """The properties of one class."""

    kinds: Mapping[str, Kind]
    optional: frozenset[str]
    """Properties that may be absent: `Optional[T]`."""


@dataclass(frozen=True)
class Source:
    """One file of the SDK."""

    text: str
    starts: Mapping[str, int]
    """Class -> where its definition begins."""

    def class_(self, name: str) -> ast.ClassDef:
        """Parse the class *name* and nothing else."""
        return _parsed(self._text(name))

    def properties(self, name: str) -> ast.ClassDef:
        """Parse the properties of the class *name*, which follow its constructors."""
        text = self._text(name)
        first = PROPERTY.search(text)
        return _parsed(f"class {name}:\n{text[first.start() :] if first else '    pass'}")

    def _text(self, name: str) -> str:
        start = self.starts[name]
        following = FOLLOWING.search(self.text, start + 1)
        return self.text[start : following.start() if following else len(self.text)]


def _parsed(text: str) -> ast.ClassDef:
    [parsed] = ast.parse(text).body
    assert isinstance(parsed, ast.ClassDef)  # noqa: S101 - the text begins with `class`
    return parsed


@cache
def root() -> Path:
    """Return the folder in which pulumi_aws is installed."""
    spec = importlib.util.find_spec("pulumi_aws")
    if spec is None or spec.origin is None:
        raise UnknownTypeError("pulumi_aws is not installed: run `make .venv`")
    return Path(spec.origin).parent


@lru_cache(maxsize=8)
def source(path: str) -> Source:
    """Read the file *path* (relative to the SDK); one that does not exist has no classes."""
    file = root() / path
    text = file.read_text() if file.is_file() else ""
    return Source(text, {match[1]: match.start() for match in CLASS.finditer(text)})


def resource(token: str) -> tuple[Declaration, Declaration, frozenset[str]]:
    """Return the inputs, the outputs and the required inputs of the type *token*."""
    folder, name, module = _located(token)
    # The arguments end in InitArgs where a nested type already has the name with Args.
    arguments = module.class_(
        next(found for ending in ("Args", "InitArgs") if (found := name + ending) in module.starts)
    )
    return (
        _declaration(arguments, folder),
        _declaration(module.properties(name), folder),
        frozenset(_required(arguments)),
    )


def block(name: str) -> Declaration:
    """Return the nested type *name*: `ecs._inputs.ServiceLoadBalancerArgs`."""
    *folder, module, class_name = name.split(".")
    found = source("/".join((*folder, f"{module}.py")))
    if class_name not in found.starts:
        raise UnknownTypeError(f"pulumi_aws does not declare {name}")
    return _declaration(found.properties(class_name), "/".join(folder))


def _located(token: str) -> tuple[str, str, Source]:
    """Return the folder, the class and the file of the type *token*."""
    _, module, name = token.split(":")
    service = module.split("/")[0]
    for folder in (service, f"{service}_"):
        likely = f"{folder}/{CAPITAL.sub('_', name).lower()}.py"
        others = (f"{folder}/{path.name}" for path in sorted((root() / folder).glob("[a-z]*.py")))
        for path in (likely, *others):
            found = source(path)
            if name in found.starts and f"'{token}'" in found.text:
                return folder, name, found
    raise UnknownTypeError(f"pulumi_aws does not declare {token}")


def _declaration(class_: ast.ClassDef, folder: str) -> Declaration:
    hints = {key: hint for _, key, hint in _getters(class_)}
    return Declaration(
        kinds={key: _kind(hint, folder) for key, hint in sorted(hints.items())},
        optional=frozenset(key for key, hint in hints.items() if _is_optional(hint)),
    )


def _getters(class_: ast.ClassDef) -> Iterator[tuple[str, str, ast.expr]]:
    """Yield the name in Python, the name in the engine and the type of each property."""
    for item in class_.body:
        if not isinstance(item, ast.FunctionDef) or item.returns is None:
            continue
        for decorator in item.decorator_list:  # `deprecated` may stand beside `getter`
            called, words = decorator, []
            if isinstance(decorator, ast.Call):
                called, words = decorator.func, decorator.keywords
            if isinstance(called, ast.Attribute) and called.attr == "getter":
                key = ast.literal_eval(words[0].value) if words else item.name
                yield item.name, key, item.returns


def _required(arguments: ast.ClassDef) -> Iterator[str]:
    """Yield the inputs without a default."""
    keys = {name: key for name, key, _ in _getters(arguments)}
    for item in arguments.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            pairs = zip(item.args.kwonlyargs, item.args.kw_defaults, strict=True)
            yield from (keys[argument.arg] for argument, default in pairs if default is None)


def _subscript(hint: ast.expr) -> tuple[str, list[ast.expr]]:
    """Return the generic type and its arguments: `Mapping`, [`str`, `int`]."""
    hint = _resolved(hint)
    if not isinstance(hint, ast.Subscript):
        return "", []
    inner = hint.slice.elts if isinstance(hint.slice, ast.Tuple) else [hint.slice]
    return _dotted(hint.value).rpartition(".")[2], list(inner)


def _resolved(hint: ast.expr) -> ast.expr:
    """Return what a forward reference names."""
    if isinstance(hint, ast.Constant) and isinstance(hint.value, str):
        return ast.parse(hint.value, mode="eval").body
    return hint


def _dotted(name: ast.expr) -> str:
    """Return a dotted name as text; much faster than `ast.unparse`."""
    if isinstance(name, ast.Attribute):
        return f"{_dotted(name.value)}.{name.attr}"
    return name.id if isinstance(name, ast.Name) else ast.unparse(name)


def _is_optional(hint: ast.expr) -> bool:
    generic, inner = _subscript(hint)
    return generic == "Optional" or (generic in ("Input", "Output") and _is_optional(inner[0]))


def _kind(hint: ast.expr, folder: str) -> Kind:
    """Return the kind of the values that *hint* allows; of a union its first type."""
    generic, inner = _subscript(hint)
    if generic in WRAPPERS or generic == "Union":
        return _kind(inner[0], folder)
    if generic in ("Sequence", "List"):
        return ["list", _kind(inner[0], folder)]
    if generic in ("Mapping", "Dict"):
        return ["map", _kind(inner[1], folder)]
    *package, name = _dotted(_resolved(hint)).split(".")
    if name in SCALARS:
        return SCALARS[name]
    return _nested(package, name, folder)


def _nested(package: list[str], name: str, folder: str) -> Kind:
    """Return the kind of a block or an enum: `XArgs`, `outputs.X` or `_iam.outputs.X`."""
    module = "outputs" if package[-1:] == ["outputs"] else "_inputs"
    others = [part.removeprefix("_") for part in package if part != "outputs"]
    folder = next((found for part in others if (found := _folder(part))), folder)
    if name in source(f"{folder}/{module}.py").starts:
        return ["object", ".".join((*folder.split("/"), module, name)).lstrip(".")]
    if name in source(f"{folder}/_enums.py").starts:
        return "string"
    raise UnknownTypeError(f"pulumi_aws does not declare {'.'.join((*package, name))}")


def _folder(package: str) -> str:
    return next((name for name in (package, f"{package}_") if (root() / name).is_dir()), "")
