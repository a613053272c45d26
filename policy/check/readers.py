"""Reads the resources to check: from a preview, a state, a YAML program or a recorded run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policy.check.document import Document, InputError, load, load_yaml
from policy.check.positions import Position, position
from policy.check.yaml_configuration import PROJECT_FILE
from policy.check.yaml_loader import Loader
from policy.check.yaml_program import SUFFIXES, YamlProgram
from policy.engine.resource import Options, Resource
from policy.engine.stack import Stack
from policy.engine.values import UNKNOWN, from_json, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXPECTED = (
    "expected what `pulumi preview --json` or `pulumi stack export` prints, a Pulumi YAML program,"
    " or a list of recorded resources"
)
VERSIONS = (3.0, 4.0)
"""The supported versions of a stack's state."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a type signature, no secret
_MASKED = "[secret]"  # a preview's placeholder for a secret
_DELETING = ("delete", "discard", "remove")  # prefixes of the steps that end a resource


@dataclass
class Program:
    """The resources of one file."""

    document: Document
    resources: list[Resource] = field(default_factory=list[Resource])
    """The inputs, for resource rules."""
    stack: Stack = field(default_factory=lambda: Stack([]))
    """The outputs where there are any, else the inputs, for stack rules."""
    omitted: int = 0
    """Number of unchanged resources that a preview leaves out."""
    paths: dict[str, tuple[str | int, ...]] = field(
        default_factory=dict[str, tuple[str | int, ...]]
    )
    """URN -> path of the resource in the file."""
    positions: dict[str, Position] = field(default_factory=dict[str, Position])
    """URN -> line of the program that registers the resource, where Pulumi recorded it."""
    without_secrets: Program | None = None
    """The same with each secret unknown; None if no value of a secret was read."""

    def line(self, urn: str) -> int | None:
        """Return the line of the resource *urn*; None if it is not in the file."""
        if urn not in self.paths:
            return None
        return self.document.line((*self.paths[urn], "urn"))


def read(file: Path) -> Program:
    """Return the resources in *file*, or in the YAML program of a folder.

    Raises InputError if it has none of the formats.
    """
    if file.is_dir():
        names = ("Main.yaml", PROJECT_FILE)
        file = next((path for one in names if (path := file / one).exists()), file / PROJECT_FILE)
    return parse(load_yaml(file, Loader) if file.suffix in SUFFIXES else load(file))


def parse(document: Document) -> Program:
    """Return the resources in *document*; raises InputError if it has none of the formats."""
    try:
        reader = _Reader(document, reveal=True)
        found = reader.program()
        if reader.secrets:
            found.without_secrets = _Reader(document, reveal=False).program()
    except RecursionError as error:
        raise InputError(document.file, "is nested too deeply to be read") from error
    return found


@dataclass
class _Reader:
    document: Document
    reveal: bool
    """Whether the values of secrets are read; they are unknown otherwise."""
    secrets: bool = False
    """Whether a secret with a known value was read."""
    _inputs: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    _omitted: int = 0

    def program(self) -> Program:
        entries = list(self._entries())
        for entry, path in entries:
            self._inputs[self._text(entry, "urn", path)] = self._props(
                self._object(entry, "inputs", path)
            )
        found = Program(self.document, omitted=self._omitted)
        for entry, path in entries:
            self._add(found, entry, path)
        return found

    def _entries(self) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
        """Yield the state of each resource that is not deleted, and its path."""
        value = self.document.value
        if self.document.file.suffix in SUFFIXES:
            return self._declared()
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

    def _declared(self) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
        program = YamlProgram(self.document, reveal=self.reveal)
        found = [*program.entries()]
        self.secrets |= program.scope.secrets
        return iter(found)

    def _previewed(
        self, value: dict[str, Any]
    ) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
        last: dict[str, tuple[dict[str, Any], tuple[str | int, ...]]] = {}
        shown = 0
        for index, step in enumerate(self._list(value.get("steps", []), ("steps",))):
            path = ("steps", index)
            if not is_object(step):
                raise self._error(step, "an object", path)
            state, op = step.get("newState"), step.get("op")
            shown += op == "same"
            if state is None or str(op).startswith(_DELETING):
                continue
            if not is_object(state):
                raise self._error(state, "an object", (*path, "newState"))
            urn = self._text(state, "urn", (*path, "newState"))
            last[urn] = state, (*path, "newState")
        self._omitted = max(0, _unchanged(value) - shown)
        return iter(last.values())

    def _exported(
        self, value: dict[str, Any], deployment: Any, path: tuple[str | int, ...]
    ) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
        if value.get("version") not in VERSIONS:
            raise self._error(value.get("version"), "a state of version 3", ("version",))
        if deployment is not None and not is_object(deployment):
            raise self._error(deployment, "an object", path)
        found = deployment.get("resources") if deployment else None
        for index, entry in enumerate(self._list(found or [], (*path, "resources"))):
            where = (*path, "resources", index)
            if not is_object(entry):
                raise self._error(entry, "an object", where)
            if entry.get("delete") is not True:
                yield entry, where

    def _recorded(self, found: list[Any]) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
        for index, entry in enumerate(found):
            if not is_object(entry):
                raise self._error(entry, "an object with type, name and props", (index,))
            typ, name = self._text(entry, "type", (index,)), self._text(entry, "name", (index,))
            urn = entry.get("urn", f"urn:pulumi:recorded::recorded::{typ}::{name}")
            yield {**entry, "urn": urn, "inputs": self._object(entry, "props", (index,))}, (index,)

    def _add(self, found: Program, entry: dict[str, Any], path: tuple[str | int, ...]) -> None:
        urn, typ = self._text(entry, "urn", path), self._text(entry, "type", path)
        name = name_in(urn) if "name" not in entry else self._text(entry, "name", path)
        options = Options(
            entry.get("protect") is True,
            tuple(self._texts(entry.get("ignoreChanges"), (*path, "ignoreChanges"))),
            self._text(entry, "parent", path, ""),
        )
        provider, provider_name = self._provider(entry, path)
        if entry.get("external") is True:
            return  # the engine passes no external resource to a policy either
        found.paths[urn] = path
        if registered := position(entry):
            found.positions[urn] = registered
        inputs = self._inputs[urn]
        outputs = self._props(self._object(entry, "outputs", path)) or inputs
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
        """Return the inputs of the provider and its name: given inline, or by reference."""
        if is_object(entry.get("provider")):
            return self._props(entry["provider"]), ""
        reference = self._text(entry, "provider", path, "")
        for urn in (reference, reference.rpartition("::")[0]):
            if urn in self._inputs:
                return self._inputs[urn], name_in(urn)
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
            raise self._error(value, f"a string as {key}", (*path, key))
        return value

    def _object(
        self, entry: dict[str, Any], key: str, path: tuple[str | int, ...]
    ) -> dict[str, Any]:
        value = entry.get(key)
        if value is None:
            return {}
        if not is_object(value):
            raise self._error(value, f"an object as {key}", (*path, key))
        return value

    def _texts(self, value: Any, path: tuple[str | int, ...]) -> list[str]:
        entries = [] if value is None else self._list(value, path)
        return [one for one in entries if isinstance(one, str)]

    def _list(self, value: Any, path: tuple[str | int, ...]) -> list[Any]:
        if not is_array(value):
            raise self._error(value, "a list", path)
        return value

    def _props(self, value: dict[str, Any]) -> dict[str, Any]:
        found = from_json({key: self._readable(one) for key, one in value.items()})
        return found if is_object(found) else {}

    def _readable(self, value: Any) -> Any:
        """Return *value* with secrets in plain text, or unknown where they are encrypted."""
        if value == _MASKED:
            return UNKNOWN
        if is_array(value):
            return [self._readable(one) for one in value]
        if not is_object(value):
            return value
        if value.get(_SIGNATURE) == _SECRET:
            secret = self._decrypted(value)
            self.secrets |= secret is not UNKNOWN
            return secret if self.reveal else UNKNOWN
        return {key: self._readable(one) for key, one in value.items()}

    def _decrypted(self, secret: dict[str, Any]) -> Any:
        """Return the value of *secret*: JSON text in a state exported with --show-secrets."""
        if "value" in secret:
            return self._readable(secret["value"])
        try:
            return self._readable(json.loads(secret["plaintext"], parse_int=float))
        except (KeyError, TypeError, ValueError):
            return UNKNOWN

    def _error(self, found: Any, want: str, path: tuple[str | int, ...]) -> InputError:
        where = ".".join(str(step) for step in path)
        shown = "nothing" if found is None else json.dumps(found).removesuffix(".0")
        if is_object(found) or is_array(found):  # it may contain a secret
            shown = "an object" if is_object(found) else "a list"
        return self.document.error(f"{where}: expected {want}; found {shown}", *path)


def _unchanged(preview: dict[str, Any]) -> int:
    """Return the number of unchanged resources in *preview*, whether shown or not."""
    summary = preview.get("changeSummary")
    same = summary.get("same") if is_object(summary) else None
    return int(same) if isinstance(same, float) and 0 < same < float("inf") else 0


def name_in(urn: str) -> str:
    """Return the name of the resource *urn*, which may contain "::" itself."""
    return urn.split("::", maxsplit=3)[-1]
