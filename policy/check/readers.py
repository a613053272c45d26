"""What the rules are asked about: a preview, a stack's state or a recorded run, from a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policy.check.document import Document, InputError, load
from policy.frame.resource import Options, Resource
from policy.frame.stack import Stack
from policy.frame.values import UNKNOWN, is_array, is_object, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXPECTED = (
    "expected what `pulumi preview --json` or `pulumi stack export` prints, or a list of recorded"
    " resources"
)
VERSIONS = (3.0, 4.0)
"""The versions of a stack's state that are read."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a type signature, no secret
_MASKED = "[secret]"  # what a preview shows in place of a secret
_GONE = ("delete", "discard", "remove")  # steps that begin so end a resource


@dataclass
class Program:
    """The resources of one file."""

    document: Document
    resources: list[Resource] = field(default_factory=list[Resource])
    """As resource rules see them: the inputs."""
    stack: Stack = field(default_factory=lambda: Stack([]))
    """As stack rules see them: the outputs where there are any."""
    unshown: int = 0
    """Unchanged resources that a preview leaves out."""
    paths: dict[str, tuple[str | int, ...]] = field(
        default_factory=dict[str, tuple[str | int, ...]]
    )
    """URN -> where the resource stands in the file."""

    def line(self, urn: str) -> int | None:
        """Return the line of the resource *urn*, None where it is not in the file."""
        if urn not in self.paths:
            return None
        return self.document.line_of_urn(urn) or self.document.line(self.paths[urn])


def read(file: Path) -> Program:
    """Return the resources in *file*; raises InputError where it is none of the three forms."""
    document = load(file)
    try:
        return _Reader(document).program()
    except RecursionError as error:
        raise InputError(file, "is nested too deeply to be read") from error


@dataclass
class _Reader:
    document: Document
    _inputs: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    _unshown: int = 0

    def program(self) -> Program:
        entries = list(self._entries())
        for entry, path in entries:
            self._inputs[self._text(entry, "urn", path)] = _props(
                self._object(entry, "inputs", path)
            )
        found = Program(self.document, unshown=self._unshown)
        for entry, path in entries:
            self._add(found, entry, path)
        return found

    def _entries(self) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
        """Yield the state of each resource that stays, and where it stands."""
        value = self.document.value
        if is_array(value):
            return self._recorded(value)
        if is_object(value) and is_object(value.get("deployment")):
            return self._exported(value, value["deployment"], ("deployment",))
        if is_object(value) and is_object(value.get("checkpoint")):
            latest = value["checkpoint"].get("latest")
            return self._exported(value, latest, ("checkpoint", "latest"))
        if is_object(value) and ("steps" in value or "changeSummary" in value):
            return self._previewed(value)
        keys = f"an object with {', '.join(sorted(value)[:5])}" if is_object(value) else repr(value)
        raise InputError(self.document.file, f"{EXPECTED}; found {keys[:120]}")

    def _previewed(
        self, value: dict[str, Any]
    ) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
        last: dict[str, tuple[dict[str, Any], tuple[str | int, ...]]] = {}
        shown = 0
        for index, step in enumerate(self._list(value.get("steps", []), ("steps",))):
            path = ("steps", index)
            if not is_object(step):
                raise self._refused(step, "an object", path)
            state, op = step.get("newState"), step.get("op")
            shown += op == "same"
            if state is None or str(op).startswith(_GONE):
                continue
            if not is_object(state):
                raise self._refused(state, "an object", (*path, "newState"))
            urn = self._text(state, "urn", (*path, "newState"))
            last[urn] = state, (*path, "newState")
        self._unshown = max(0, _unchanged(value) - shown)
        return iter(last.values())

    def _exported(
        self, value: dict[str, Any], deployment: Any, path: tuple[str | int, ...]
    ) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
        if value.get("version") not in VERSIONS:
            raise self._refused(value.get("version"), "a state of version 3", ("version",))
        if deployment is not None and not is_object(deployment):
            raise self._refused(deployment, "an object", path)
        found = deployment.get("resources") if deployment else None
        for index, entry in enumerate(self._list(found or [], (*path, "resources"))):
            where = (*path, "resources", index)
            if not is_object(entry):
                raise self._refused(entry, "an object", where)
            if entry.get("delete") is not True:
                yield entry, where

    def _recorded(self, found: list[Any]) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
        for index, entry in enumerate(found):
            if not is_object(entry):
                raise self._refused(entry, "an object with type, name and props", (index,))
            typ, name = self._text(entry, "type", (index,)), self._text(entry, "name", (index,))
            urn = entry.get("urn", f"urn:pulumi:recorded::recorded::{typ}::{name}")
            yield {**entry, "urn": urn, "inputs": self._object(entry, "props", (index,))}, (index,)

    def _add(self, found: Program, entry: dict[str, Any], path: tuple[str | int, ...]) -> None:
        urn, typ = self._text(entry, "urn", path), self._text(entry, "type", path)
        name = urn.rpartition("::")[2] if "name" not in entry else self._text(entry, "name", path)
        options = Options(
            entry.get("protect") is True,
            tuple(self._texts(entry.get("ignoreChanges"), (*path, "ignoreChanges"))),
            self._text(entry, "parent", path, ""),
        )
        provider, provider_name = self._provider(entry, path)
        if entry.get("external") is True:
            return  # what is only read is not judged: the engine shows it to no rule
        found.paths[urn] = path
        inputs = self._inputs[urn]
        outputs = _props(self._object(entry, "outputs", path)) or inputs
        found.resources.append(
            Resource(typ, name, urn, dict(inputs), provider, options, provider_name=provider_name)
        )
        found.stack.resources.append(
            Resource(typ, name, urn, dict(outputs), provider, options, provider_name=provider_name)
        )
        where = (*path, "dependencies")
        found.stack.dependencies[urn] = self._texts(entry.get("dependencies"), where)
        found.stack.property_dependencies[urn] = {
            key: self._texts(urns, (*path, "propertyDependencies", key))
            for key, urns in self._object(entry, "propertyDependencies", path).items()
        }

    def _provider(
        self, entry: dict[str, Any], path: tuple[str | int, ...]
    ) -> tuple[dict[str, Any], str]:
        """Return the inputs of the provider and its name: given, or those of the one named."""
        if is_object(entry.get("provider")):
            return _props(entry["provider"]), ""
        reference = self._text(entry, "provider", path, "")
        for urn in (reference, reference.rpartition("::")[0]):
            if urn in self._inputs:
                return self._inputs[urn], urn.rpartition("::")[2]
        return {}, ""

    def _text(
        self,
        entry: dict[str, Any],
        key: str,
        path: tuple[str | int, ...],
        default: str | None = None,
    ) -> str:
        value = entry.get(key, default)
        if not isinstance(value, str):
            raise self._refused(value, f"a text as {key}", (*path, key))
        return value

    def _object(
        self, entry: dict[str, Any], key: str, path: tuple[str | int, ...]
    ) -> dict[str, Any]:
        value = entry.get(key)
        if value is None:
            return {}
        if not is_object(value):
            raise self._refused(value, f"an object as {key}", (*path, key))
        return value

    def _texts(self, value: Any, path: tuple[str | int, ...]) -> list[str]:
        entries = [] if value is None else self._list(value, path)
        return [one for one in entries if isinstance(one, str)]

    def _list(self, value: Any, path: tuple[str | int, ...]) -> list[Any]:
        if not is_array(value):
            raise self._refused(value, "a list", path)
        return value

    def _refused(self, found: Any, want: str, path: tuple[str | int, ...]) -> InputError:
        where = ".".join(str(step) for step in path)
        shown = "nothing" if found is None else json.dumps(found)[:60].removesuffix(".0")
        return self.document.refuse(f"{where}: expected {want}; found {shown}", *path)


def _unchanged(preview: dict[str, Any]) -> int:
    """Return how many unchanged resources *preview* counts, shown or not."""
    summary = preview.get("changeSummary")
    same = summary.get("same") if is_object(summary) else None
    return int(same) if isinstance(same, float) and 0 < same < float("inf") else 0


def _props(value: dict[str, Any]) -> dict[str, Any]:
    found = plain({key: _readable(one) for key, one in value.items()})
    return found if is_object(found) else {}


def _readable(value: Any) -> Any:
    """Return *value* with secrets as what they are, or as unknown where only a cipher is there."""
    if value == _MASKED:
        return UNKNOWN
    if is_array(value):
        return [_readable(one) for one in value]
    if not is_object(value):
        return value
    if value.get(_SIGNATURE) == _SECRET:
        return _revealed(value)
    return {key: _readable(one) for key, one in value.items()}


def _revealed(secret: dict[str, Any]) -> Any:
    """Return the value of *secret*: state that shows secrets has it as a text of JSON."""
    if "value" in secret:
        return _readable(secret["value"])
    try:
        return _readable(json.loads(secret["plaintext"], parse_int=float))
    except (KeyError, TypeError, ValueError):
        return UNKNOWN
