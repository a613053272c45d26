"""Reads what pulumi_aws declares from its source files, without importing it.

Importing one service of the SDK takes a second and up to 100 MB. Here the getters and the
constructor of a type are found in the generated text and only their type hints are parsed, which
takes a millisecond.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from localcloud.provider import installations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.provider.installations import Installation

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
CLASS = re.compile(r"\nclass (\w+)")
FOLLOWING = re.compile(r"\n[^\s)#]")
"""The first line after a class."""
GETTER = re.compile(
    r'\n    @pulumi\.getter(?:\(name="(?P<key>\w+)"\))?'
    r"(?:\n    @[^\n]*(?:\n     [^\n]*)*)*"  # `deprecated` may stand between
    r"\n    def (?P<name>\w+)\(self\) -> (?P<hint>[^\n]+):\n"
)
PARAMETERS = re.compile(r"\n    def __init__\(__self__(?:, \*)?,?\n(?P<lines>(?: {17}[^\n]+\n)*)")
PARAMETER = re.compile(r"^ {17}(?P<name>\w+): [^\n]*?(?P<default> = None)?(?:,|\):)$", re.MULTILINE)
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

    def class_(self, name: str) -> str:
        """Return the text of the class *name*."""
        start = self.starts[name]
        following = FOLLOWING.search(self.text, start)
        return self.text[start : following.start() if following else len(self.text)]


def source(path: str) -> Source:
    """Read the file *path* (relative to the SDK); one that does not exist has no classes."""
    return _read(installations.used(), path)


@lru_cache(maxsize=8)
def _read(sdk: Installation, path: str) -> Source:
    file = sdk.folder / path
    text = file.read_text() if file.is_file() else ""
    return Source(text, {match[1]: match.end() for match in CLASS.finditer(text)})


def resource(token: str) -> tuple[Declaration, Declaration, frozenset[str]]:
    """Return the inputs, the outputs and the required inputs of the type *token*."""
    folder, name, module = _located(token)
    # The arguments end in InitArgs where a nested type already has the name with Args.
    arguments = module.class_(
        next(found for ending in ("Args", "InitArgs") if (found := name + ending) in module.starts)
    )
    return (
        _declaration(arguments, folder),
        _declaration(module.class_(name), folder),
        frozenset(_required(arguments)),
    )


def block(name: str) -> Declaration:
    """Return the nested type *name*: `ecs._inputs.ServiceLoadBalancerArgs`."""
    *folder, module, class_name = name.split(".")
    found = source("/".join((*folder, f"{module}.py")))
    if class_name not in found.starts:
        raise UnknownTypeError(f"pulumi_aws does not declare {name}")
    return _declaration(found.class_(class_name), "/".join(folder))


def result(token: str) -> Declaration:
    """Return the result of the function *token*, which has its arguments too."""
    name = token.rsplit(":", 1)[-1]
    class_ = f"{name[:1].upper()}{name[1:]}Result"
    folder, _, module = _located(token, class_)
    return _declaration(module.class_(class_), folder)


def import_example(token: str) -> str:
    """Return the ID in the example of `pulumi import` for the type *token*; "" if it has none."""
    found = re.search(rf"\$ pulumi import {re.escape(token)} \S+ (.+)", _located(token)[2].text)
    return found[1].strip() if found else ""


def _located(token: str, class_: str = "") -> tuple[str, str, Source]:
    """Return the folder, the class and the file of the type or function *token*."""
    module, _, name = token.partition(":")[2].partition(":")
    class_ = class_ or name
    service = module.split("/")[0]
    for folder in (".",) if service == "index" else (service, f"{service}_"):
        for path in _files(folder, CAPITAL.sub("_", name).lower()):
            found = source(path)
            if class_ in found.starts and f"'{token}'" in found.text:
                return folder, class_, found
    raise UnknownTypeError(f"pulumi_aws does not declare {token}")


def _files(folder: str, likely: str) -> Iterator[str]:
    """Yield the files of *folder*, the *likely* one first."""
    yield f"{folder}/{likely}.py"
    found = (installations.used().folder / folder).glob("[a-z]*.py")
    yield from (f"{folder}/{path.name}" for path in sorted(found))


def _declaration(class_: str, folder: str) -> Declaration:
    hints = {found["key"] or found["name"]: found["hint"] for found in GETTER.finditer(class_)}
    return Declaration(
        kinds={key: _kind(_parsed(hint), folder) for key, hint in sorted(hints.items())},
        optional=frozenset(key for key, hint in hints.items() if _is_optional(_parsed(hint))),
    )


def _required(arguments: str) -> Iterator[str]:
    """Yield the inputs without a default."""
    keys = {found["name"]: found["key"] or found["name"] for found in GETTER.finditer(arguments)}
    parameters = PARAMETERS.search(arguments)
    for found in PARAMETER.finditer(parameters["lines"] if parameters else ""):
        if found["default"] is None:
            yield keys[found["name"]]


@cache
def _parsed(hint: str) -> ast.expr:
    return ast.parse(hint, mode="eval").body


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
        return _parsed(hint.value)
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
    """Return the kind of the values that *hint* allows; of a union its first type.

    `Union[str, PolicyDocumentArgs]` is a document: JSON, as text or as an object.
    """
    generic, inner = _subscript(hint)
    if generic == "Union" and _dotted(_resolved(inner[-1])).endswith("Args"):
        return "document"
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
    sdk = installations.used().folder
    return next((name for name in (package, f"{package}_") if (sdk / name).is_dir()), "")
