"""A JSON or YAML file as plain values, with the line of each from PyYAML's marks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where PyYAML was built with it


class InputError(Exception):
    """An unusable file; the message has its name, the line, and what was found and expected."""

    def __init__(self, file: Path | str, message: str, line: int | None = None) -> None:
        """Describe what is wrong with *file*."""
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")


@dataclass
class Document:
    """The content of a JSON or YAML file."""

    file: Path
    text: str
    value: Any

    def line(self, path: Iterable[str | int]) -> int | None:
        """Return the line of the key or entry at *path*, or of its closest existing ancestor.

        None where PyYAML cannot read the file, such as one with half of a surrogate pair.
        """
        node = self._root
        if node is None:
            return None
        mark = node.start_mark
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            mark, node = found
        return mark.line + 1

    def error(self, message: str, *path: str | int) -> InputError:
        """Return an error about the value at *path*."""
        return InputError(self.file, message, self.line(path) if path else None)

    def errors(self, faults: Iterable[tuple[str, Sequence[str | int]]]) -> InputError:
        """Return one error with a line for each of *faults*: a message and a path."""
        (first, path), *others = faults
        more = [f"\n{self.error(message, *where)}" for message, where in others]
        return self.error("".join([first, *more]), *path)

    @cached_property
    def _root(self) -> yaml.Node | None:
        try:
            return yaml.compose(self.text, Loader=_LOADER)
        except yaml.YAMLError:
            return None


def load(file: Path) -> Document:
    """Read *file*, in any of the encodings that JSON may have."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise InputError(file, f"cannot be read: {error.strerror or error}") from error
    try:
        text = raw.decode(json.detect_encoding(raw))
        value = json.loads(text, parse_int=float)  # as the engine sends numbers
    except UnicodeDecodeError as error:
        raise InputError(file, "expected JSON; found bytes that are not text") from error
    except json.JSONDecodeError as error:
        found = repr(error.doc[error.pos : error.pos + 20]) if error.pos < len(error.doc) else "end"
        if error.msg.startswith(("Invalid", "Unterminated")):  # in a string, perhaps a secret
            found = "a string"
        message = f"expected JSON; found {found}: {error.msg}"
        raise InputError(file, message, error.lineno) from error
    except RecursionError as error:
        raise InputError(file, "is nested too deeply to be read") from error
    return Document(file, text, value)


def load_yaml(file: Path, loader: type[yaml.SafeLoader] = yaml.SafeLoader) -> Document:
    """Read the YAML in *file* with the safe loader, or with one derived from it."""
    try:
        text = file.read_text(encoding="utf-8")
        return Document(file, text, yaml.load(text, loader))  # noqa: S506 - see above
    except OSError as error:
        raise InputError(file, f"cannot be read: {error.strerror or error}") from error
    except RecursionError as error:
        raise InputError(file, "is nested too deeply to be read") from error
    except (UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        message = f"is not valid YAML: {getattr(error, 'problem', None) or error}"
        raise InputError(file, message, None if line is None else line + 1) from error


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Mark, yaml.Node] | None:
    """Return where the key or entry *step* of *node* starts, and its value."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark, node.value[step]
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):  # of a repeated key, the last one counts
            if key.value == step:
                return key.start_mark, value
    return None
