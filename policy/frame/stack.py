"""The whole stack as stack rules see it: one index, built once and shared by all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from policy.frame.resource import values_at
from policy.frame.values import UNKNOWN, as_list, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from policy.frame.resource import Resource
    from policy.frame.settings import Settings

IDENTITIES = (
    "id",
    "arn",
    "name",
    "url",
    "bucket",
    "identifier",
    "function",
    "qualifiedArn",
    "dnsName",
    "keyId",
    "clusterIdentifier",
)
"""The outputs by which one resource names another."""


@dataclass
class Stack:
    """Every resource of a stack, by type and by URN, and how they are joined."""

    resources: list[Resource]
    property_dependencies: dict[str, dict[str, list[str]]] = field(
        default_factory=dict[str, dict[str, list[str]]]
    )
    """URN -> property -> URNs that the property's value comes from."""
    dependencies: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """URN -> URNs it depends on."""
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    settings: Settings | None = None
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    """Type -> the type it counts as."""

    def of(self, *types: str) -> list[Resource]:
        """Return the resources of *types*, in the order in which the program made them."""
        return [one for typ in types for one in self._by_type.get(typ, ())]

    def get(self, urn: str) -> Resource | None:
        """Return the resource with *urn*, if it is in this stack."""
        return self._by_urn.get(urn)

    def joined(self, source: Resource, path: str, target: Resource) -> bool:
        """Say whether the property at *path* of *source* refers to *target*.

        It does when it has a property dependency on it, or on a component that holds it, or when
        both are known and it holds one of the target's identities.
        """
        first = path.split(".", maxsplit=1)[0]
        origins = self.property_dependencies.get(source.urn, {}).get(first, [])
        if any(origin in self.lineage(target) for origin in origins):
            return True
        names = {value for key in IDENTITIES if isinstance(value := target.props.get(key), str)}
        return any(_names(value, names) for value in values_at(source.props, path))

    def joining(self, path: str, target: Resource, *types: str) -> list[Resource]:
        """Return the resources of *types* whose property at *path* refers to *target*."""
        return [one for one in self.of(*types) if self.joined(one, path, target)]

    def joined_to(self, source: Resource, path: str, *types: str) -> list[Resource]:
        """Return the resources of *types* that the property at *path* of *source* refers to."""
        return [one for one in self.of(*types) if self.joined(source, path, one)]

    def lacks(
        self,
        target: Resource,
        path: str | tuple[str, ...],
        *types: str,
        where: Callable[[Resource], bool] | None = None,
    ) -> bool:
        """Say whether surely no resource of *types*, for which *where* holds, refers to *target*.

        One whose property at *path* is not known yet, and has no dependency, may be the one.
        """
        paths = (path,) if isinstance(path, str) else path
        return not any(
            (where is None or where(one))
            and any(self.joined(one, way, target) or self.is_open(one, way) for way in paths)
            for one in self.of(*types)
        )

    def is_open(self, source: Resource, path: str) -> bool:
        """Say whether not even a dependency tells yet what *path* of *source* refers to."""
        first = path.split(".", maxsplit=1)[0]
        found = values_at(source.props, path)
        unknown = any(value is UNKNOWN for one in found for value in (one, *as_list(one)))
        if unknown:
            source.unknown.add(path)
        return unknown and not self.property_dependencies.get(source.urn, {}).get(first)

    def lineage(self, resource: Resource) -> set[str]:
        """Return the URNs of *resource* and of the components that hold it."""
        lineage = {resource.urn}
        parent = resource.options.parent
        while parent and parent not in lineage and "::pulumi:pulumi:Stack::" not in parent:
            lineage.add(parent)
            found = self._by_urn.get(parent)
            parent = found.options.parent if found else ""
        return lineage

    @property
    def name(self) -> str:
        """The name of the stack, as its resources' URNs have it."""
        urn = self.resources[0].urn if self.resources else ""
        return urn.removeprefix("urn:pulumi:").partition("::")[0]

    def leaves_stack(self, source: Resource, path: str) -> bool:
        """Say whether *path* holds a known value that no resource of this stack explains."""
        first = path.split(".", maxsplit=1)[0]
        known = [value for value in values_at(source.props, path) if value is not UNKNOWN]
        return bool(known) and not self.property_dependencies.get(source.urn, {}).get(first)

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for one in self.resources:
            found.setdefault(self.aliases.get(one.type, one.type), []).append(one)
        return found

    @cached_property
    def _by_urn(self) -> dict[str, Resource]:
        return {one.urn: one for one in self.resources}


def _names(value: Any, identities: Iterable[str]) -> bool:
    if isinstance(value, str):
        return value in identities
    if is_object(value):
        return any(_names(one, identities) for one in value.values())
    return is_array(value) and any(_names(one, identities) for one in value)
