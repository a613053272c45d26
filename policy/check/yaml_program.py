"""Reads the resources that a Pulumi YAML program declares."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from policy.check.expressions import Scope
from policy.check.sdk_types import full_token, unknown_type
from policy.check.yaml_configuration import known_values, with_project
from policy.engine.values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy.check.document import Document, InputError
    from policy.check.expressions import Path

SUFFIXES = (".yaml", ".yml")
SECTIONS = ("config", "configuration", "variables", "resources", "outputs")
"""What Pulumi YAML adds to a project file."""
PROJECT = (
    *("name", "runtime", "description", "main", "author", "website", "license", "backend"),
    *(
        "options",
        "template",
        "plugins",
        "packages",
        "stackConfigDir",
        "pulumi",
        "requiredPulumiVersion",
    ),
)
RESOURCE = ("type", "name", "defaultProvider", "properties", "options", "get")
OPTIONS = (
    *("additionalSecretOutputs", "aliases", "customTimeouts", "deleteBeforeReplace"),
    *("deletedWith", "dependsOn", "hideDiffs", "hooks", "ignoreChanges", "import", "parent"),
    *("pluginDownloadURL", "protect", "provider", "providers", "replaceOnChanges"),
    *("replaceWith", "retainOnDelete", "version"),
)
CONFIGURATION = ("type", "name", "description", "default", "value", "secret", "items")


class YamlProgram:
    """The resources of a Pulumi YAML program, in the form of the entries of a state."""

    def __init__(self, document: Document, *, reveal: bool) -> None:
        """Check the structure of the program; *reveal*: whether to read the values of secrets."""
        self.document = document
        self._root = with_project(document.file, self._mapping(document.value, ()))
        self._require_runtime()
        self._refuse_unknown(self._root, (*PROJECT, *SECTIONS), ())
        self._resources = {
            name: self._mapping(one, ("resources", name))
            for name, one in self._section("resources").items()
        }
        self._project = self._plain(self._root, "name", (), "project")
        self.scope = Scope(
            document,
            self._project,
            frozenset(self._resources),
            self._section("variables"),
            known_values(document.file, self._project, dict(self._declared_configuration())),
            reveal,
        )
        self._check_names()

    def entries(self) -> Iterator[tuple[dict[str, Any], Path]]:
        """Yield the entry of each resource and its path in the document."""
        for name in self._resources:
            path = ("resources", name)
            yield self._entry(name, path), path

    def _entry(self, name: str, path: Path) -> dict[str, Any]:
        declared = self._resources[name]
        properties = self._mapping(declared.get("properties"), (*path, "properties"))
        values = {
            key: self.scope.value(one, (*path, "properties", key))
            for key, one in properties.items()
        }
        options = self._mapping(declared.get("options"), (*path, "options"))
        parent = self._referred(options.get("parent"), (*path, "options", "parent"))
        needed = self._referred(options.get("dependsOn"), (*path, "options", "dependsOn"))
        protect = self.scope.value(options.get("protect"), (*path, "options", "protect"))
        ignored = options.get("ignoreChanges")
        by_property = {key: sorted(map(self._urn, one.resources)) for key, one in values.items()}
        return {
            "urn": self._urn(name),
            "type": self._type(name),
            "name": self._name(name),
            "inputs": {key: one.value for key, one in values.items()},
            "provider": self._provider(name),
            "parent": self._urn(parent[0]) if parent else "",
            "protect": protect.value is True,
            "ignoreChanges": ignored if is_array(ignored) else [],
            "external": "get" in declared,
            "propertyDependencies": by_property,
            "dependencies": sorted(
                {*map(self._urn, needed), *(urn for urns in by_property.values() for urn in urns)}
            ),
        }

    def _check_names(self) -> None:
        for name, declared in self._resources.items():
            path = ("resources", name)
            self._refuse_unknown(declared, RESOURCE, path)
            options = self._mapping(declared.get("options"), (*path, "options"))
            self._refuse_unknown(options, OPTIONS, (*path, "options"))
            if problem := unknown_type(self._plain(declared, "type", path)):
                raise self._error(problem, (*path, "type"))
            seen = [name]
            while parents := self._parents(seen[-1]):
                if parents[0] in seen:
                    raise self._error("is its own parent: write another", (*path, "options"))
                seen.append(parents[0])

    def _parents(self, name: str) -> list[str]:
        path: Path = ("resources", name, "options")
        options = self._mapping(self._resources[name].get("options"), path)
        return self._referred(options.get("parent"), (*path, "parent"))

    def _provider(self, name: str) -> str | dict[str, Any]:
        """Return the URN of the provider: its own, its parent's or the default one's."""
        lineage = [name]
        while parents := self._parents(lineage[-1]):
            lineage.append(parents[0])
        for one in lineage:
            path: Path = ("resources", one, "options")
            options = self._mapping(self._resources[one].get("options"), path)
            if found := self._referred(options.get("provider"), (*path, "provider")):
                return self._urn(found[0])
        package = self._type(name).partition(":")[0]
        for one, declared in self._resources.items():
            if declared.get("defaultProvider") is True and self._type(one).endswith(f":{package}"):
                return self._urn(one)
        prefix = f"{package}:"
        keys = [one for one in self.scope.configuration if one.startswith(prefix)]
        return {one.removeprefix(prefix): self.scope.configured(one).value for one in keys}

    def _urn(self, name: str) -> str:
        types = [self._type(name)]
        above = self._parents(name)
        while above:
            types.insert(0, self._type(above[0]))
            above = self._parents(above[0])
        return f"urn:pulumi:program::{self._project}::{'$'.join(types)}::{self._name(name)}"

    def _type(self, name: str) -> str:
        return full_token(str(self._resources[name].get("type")))

    def _name(self, name: str) -> str:
        return self._plain(self._resources[name], "name", ("resources", name), name)

    def _referred(self, expression: Any, path: Path) -> list[str]:
        """Return the names of the resources in *expression*, which may be a list of them."""
        return sorted(self.scope.value(expression, path).resources)

    def _declared_configuration(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for section in ("configuration", "config"):
            for key, one in self._section(section).items():
                if is_object(one):
                    self._refuse_unknown(one, CONFIGURATION, (section, key))
                    yield key, one
                else:
                    yield key, {"default": one}

    def _section(self, name: str) -> dict[str, Any]:
        return self._mapping(self._root.get(name), (name,))

    def _mapping(self, value: Any, path: Path) -> dict[str, Any]:
        if value is None:
            value = {}
        if not is_object(value) or not all(type(key) is str for key in value):
            raise self._error(f"expected a mapping with text as keys; found {_kind(value)}", path)
        return value

    def _plain(self, value: dict[str, Any], key: str, path: Path, default: Any = None) -> str:
        found = value.get(key, default)
        if not isinstance(found, str):
            raise self._error(f"expected text; found {_kind(found)}", (*path, key))
        return found

    def _require_runtime(self) -> None:
        runtime = self._root.get("runtime", "yaml")
        name = runtime.get("name") if is_object(runtime) else runtime
        if name != "yaml":
            message = (
                f"expected yaml; found {name!r}: check what `pulumi preview --json` prints of a"
                " program in another language"
            )
            raise self._error(message, ("runtime",))
        options = runtime.get("options") if is_object(runtime) else None
        if is_object(options) and "compiler" in options:
            message = "check what the compiler prints, or what `pulumi preview --json` prints"
            raise self._error(message, ("runtime", "options", "compiler"))
        if "components" in self._root:
            message = "components are not read: check what `pulumi preview --json` prints"
            raise self._error(message, ("components",))
        if "resources" not in self._root:
            message = "there are no resources: write the file that has them, such as Main.yaml"
            raise self.document.error(message)

    def _refuse_unknown(self, value: dict[str, Any], known: Iterable[str], path: Path) -> None:
        names = [*known]
        for key in value:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                meant = f"'{near[0]}'" if near else f"one of {', '.join(names)}"
                raise self._error(
                    f"there is no such key in Pulumi YAML: write {meant}", (*path, key)
                )

    def _error(self, message: str, path: Path) -> InputError:
        where = ".".join(str(step) for step in path)
        return self.document.error(f"{where}: {message}" if where else message, *path)


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    return "a list" if is_array(value) else "a mapping" if is_object(value) else repr(value)
