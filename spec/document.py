"""A YAML file as plain values, with the line of each."""

from __future__ import annotations

import codecs
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import yaml

from spec.faults import Fault, SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAX_DEPTH = 50
TEXT = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value")
NULL = "tag:yaml.org,2002:null"


@dataclass
class Document:
    """A YAML mapping, read without constructing objects of custom tags."""

    file: Path
    root: yaml.MappingNode
    values: dict[str, Any]

    def scalar(self, where: Sequence[str | int]) -> str | None:
        """Return the text of the scalar at *where* as it is written; None for other values."""
        node: yaml.Node = self.root
        for part in where:
            found = _child(node, part)
            if found is None:
                return None
            _, node = found
        return str(node.value) if isinstance(node, yaml.ScalarNode) else None

    def written(self, where: Sequence[str | int]) -> list[str | int]:
        """Return *where* as it is in the file, which may list names instead of mapping them."""
        value: Any = self.values
        found: list[str | int] = []
        for part in where:
            place = position(value, part)
            found.append(place)
            try:
                value = member(value, place)
            except LookupError:
                value = None
        return found

    def line(self, where: Sequence[str | int]) -> int:
        """Return the line of the field *where*, or of the nearest enclosing field."""
        node: yaml.Node = self.root
        line = 1
        for part in where:
            found = _child(node, part)
            if found is not None:
                line, node = found
        return line


def read(file: Path) -> Document:
    """Read the mapping in *file*; raises SpecError with every fault of its syntax."""
    try:
        content = file.read_bytes()
    except OSError as error:
        problem = Fault(file, 1, "", f"no readable file ({error.strerror})", "write the file")
        raise SpecError([problem]) from error
    try:
        root = yaml.compose(_text(content), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"bytes that are not UTF-8 (0x{content[error.start]:02x})"
        raise SpecError([Fault(file, line, "", found, "save the file as UTF-8")]) from error
    except yaml.YAMLError as error:
        raise SpecError([_unreadable(file, error)]) from error
    except RecursionError as error:
        problem = Fault(file, 1, "", "values nested too deeply", f"nest at most {MAX_DEPTH} levels")
        raise SpecError([problem]) from error
    if not isinstance(root, yaml.MappingNode):
        found = "an empty file" if root is None else "no mapping"
        raise SpecError([Fault(file, 1, "", found, "write fields as 'name: value'")])
    reader = _Reader(file)
    values = reader.mapping(root, ())
    if reader.faults:
        raise SpecError(reader.faults)
    return Document(file, root, values)


def _text(content: bytes) -> str:
    """Return *content* as text; YAML also allows UTF-16 with a byte order mark."""
    utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if utf_16 else "utf-8-sig")


def path_text(where: Sequence[str | int]) -> str:
    """Return *where* as people write it: `routes[0].auth`."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def position(value: Any, part: str | int) -> str | int:
    """Return the index of *part* if *value* is a list that has this name, otherwise *part*."""
    if isinstance(value, list) and isinstance(part, str) and part in value:
        return cast("list[Any]", value).index(part)
    return part


def member(value: Any, part: str | int) -> Any:
    """Return what is at *part* of *value*; raises LookupError."""
    if isinstance(value, dict) or (isinstance(value, list) and isinstance(part, int)):
        return cast("Any", value)[part]
    raise LookupError(part)


def _child(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found.start_mark.line + 1, found
    return None


def _unreadable(file: Path, error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    found = " ".join(f"invalid YAML ({problem})".split())
    return Fault(file, line, "", found, "correct the indentation, quotes and brackets there")


@dataclass
class _Reader:
    """Converts nodes to values and collects faults."""

    file: Path
    faults: list[Fault] = field(default_factory=list[Fault])
    seen: set[int] = field(default_factory=set[int])
    scalars: yaml.constructor.SafeConstructor = field(
        default_factory=yaml.constructor.SafeConstructor
    )

    def mapping(self, node: yaml.MappingNode, where: tuple[str | int, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        first_lines: dict[str, int] = {}
        for key, child in node.value:
            name = self.value(key, where) if isinstance(key, yaml.ScalarNode) else None
            if not isinstance(name, str):
                if isinstance(key, yaml.ScalarNode):
                    found = f"the field name {key.value}, which YAML reads as {kind_of(name)}"
                    self.fault(key, where, found, f"write it in quotes: '{key.value}'")
                else:
                    self.fault(key, where, "a field name of several parts", "write a plain word")
                continue
            line = key.start_mark.line + 1
            if name in first_lines:
                self.fault(
                    key,
                    (*where, name),
                    f"the field twice (first in line {first_lines[name]})",
                    "write it once",
                )
            first_lines.setdefault(name, line)
            values[name] = self.value(child, (*where, name))
        return values

    def value(self, node: yaml.Node, where: tuple[str | int, ...]) -> Any:
        if id(node) in self.seen:
            self.fault(node, where, "an alias (*name)", "write the value out")
            return None
        self.seen.add(id(node))
        if len(where) > MAX_DEPTH:
            self.fault(node, where[:3], "values nested too deeply", f"nest at most {MAX_DEPTH}")
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*where, index)) for index, item in enumerate(node.value)]
        return self.scalar(cast("yaml.ScalarNode", node), where)

    def scalar(self, node: yaml.ScalarNode, where: tuple[str | int, ...]) -> Any:
        read_as = {
            "tag:yaml.org,2002:int": self.scalars.construct_yaml_int,
            "tag:yaml.org,2002:float": self.scalars.construct_yaml_float,
            "tag:yaml.org,2002:bool": self.scalars.construct_yaml_bool,
        }
        if node.tag == NULL:
            return None
        if node.tag in TEXT:
            return self.text(node, where)
        if node.tag not in read_as:
            self.fault(node, where, f"the tag {node.tag}", "write a plain value without a tag")
            return None
        try:
            value = read_as[node.tag](node)
        except (ValueError, KeyError, IndexError, OverflowError):
            value = math.nan
        if isinstance(value, float) and not math.isfinite(value):
            self.fault(node, where, f"{node.value!r:.60}, which is not a number", "write a number")
            return None
        return value

    def text(self, node: yaml.ScalarNode, where: tuple[str | int, ...]) -> str:
        text = str(node.value)
        try:
            text.encode()
        except UnicodeEncodeError:
            self.fault(node, where, "half of a surrogate pair", "write the character itself")
            return ""
        return text

    def fault(self, node: yaml.Node, where: tuple[str | int, ...], found: str, write: str) -> None:
        line = node.start_mark.line + 1
        self.faults.append(Fault(self.file, line, path_text(where), found, write))


def kind_of(value: object) -> str:
    """Return what YAML reads *value* as, for a message."""
    names: dict[type, str] = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        type(None): "nothing",
    }
    return names.get(type(value), "something else than text")
