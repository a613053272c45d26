"""The stack as stack rules see it: an index that is built once and shared by all rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from policy.engine.resource import Finding, values_at
from policy.engine.settings import PRODUCTION, Settings
from policy.engine.values import UNKNOWN, as_list, strings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policy.engine.resource import Resource

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
"""The outputs by which resources refer to each other."""


@dataclass
class Stack:
    """The resources of a stack by type and URN, and the references between them."""

    resources: list[Resource]
    property_dependencies: dict[str, dict[str, list[str]]] = field(
        default_factory=dict[str, dict[str, list[str]]]
    )
    """URN -> property -> URNs of the property's dependencies."""
    dependencies: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """URN -> URNs it depends on."""
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    settings: Settings = PRODUCTION
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    """Type alias -> current type."""
    _references: dict[tuple[str, str], frozenset[str]] = field(
        default_factory=dict[tuple[str, str], frozenset[str]], init=False, repr=False
    )
    _referrers: dict[tuple[str, str], dict[str, list[Resource]]] = field(
        default_factory=dict[tuple[str, str], "dict[str, list[Resource]]"], init=False, repr=False
    )
    _opens: dict[tuple[str, tuple[str, ...]], list[Resource]] = field(
        default_factory=dict[tuple[str, "tuple[str, ...]"], "list[Resource]"],
        init=False,
        repr=False,
    )

    def of_type(self, *types: str) -> list[Resource]:
        """Return the resources of *types*, in the order of the program."""
        return [one for typ in types for one in self._by_type.get(typ, ())]

    def get(self, urn: str) -> Resource | None:
        """Return the resource with *urn*, if it is in this stack."""
        return self._by_urn.get(urn)

    def refers_to(self, source: Resource, path: str, target: Resource) -> bool:
        """Return whether the property at *path* of *source* refers to *target*.

        It does if it has a property dependency on it, or on a parent component of it, or if
        both are known and it contains one of the target's identifiers.
        """
        return target.urn in self._referred(source, path)

    def referrers(self, path: str, target: Resource, *types: str) -> list[Resource]:
        """Return the resources of *types* whose property at *path* refers to *target*."""
        return [one for typ in types for one in self._referring(path, typ).get(target.urn, ())]

    def references(self, source: Resource, path: str, *types: str) -> list[Resource]:
        """Return the resources of *types* that the property at *path* of *source* refers to."""
        return [one for one in self.of_type(*types) if self.refers_to(source, path, one)]

    def has_no_referrer(
        self,
        target: Resource,
        path: str | tuple[str, ...],
        *types: str,
        where: Callable[[Resource], bool] | None = None,
    ) -> bool:
        """Return whether no resource of *types* that meets *where* refers to *target*.

        A resource whose property at *path* is unknown and has no dependency may refer to it.
        """
        paths = (path,) if isinstance(path, str) else path
        candidates = [
            one
            for way in paths
            for one in (*self.referrers(way, target, *types), *self._open(way, types))
        ]
        return not any(where is None or where(one) for one in candidates)

    def is_undetermined(self, source: Resource, path: str) -> bool:
        """Return whether *path* of *source* is unknown and has no dependency."""
        if self._property_origins(source, path) or not _has_unknown(source, path):
            return False
        source.unknown.add(path)
        return True

    def lineage(self, resource: Resource) -> set[str]:
        """Return the URNs of *resource* and of its parent components."""
        lineage = {resource.urn}
        parent = resource.options.parent
        while parent and parent not in lineage and "::pulumi:pulumi:Stack::" not in parent:
            lineage.add(parent)
            found = self._by_urn.get(parent)
            parent = found.options.parent if found else ""
        return lineage

    def finding(self, message: str) -> Finding:
        """Return *message* as a finding about the stack as a whole."""
        return Finding(message)

    @property
    def name(self) -> str:
        """The name of the stack, as its resources' URNs have it."""
        urn = self.resources[0].urn if self.resources else ""
        return urn.removeprefix("urn:pulumi:").partition("::")[0]

    def refers_outside_stack(self, source: Resource, path: str) -> bool:
        """Return whether *path* has a known value that matches no resource of this stack."""
        known = [value for value in values_at(source.props, path) if value is not UNKNOWN]
        return bool(known) and not self._property_origins(source, path)

    def _property_origins(self, source: Resource, path: str) -> list[str]:
        """Return the URNs of the dependencies of *path* of *source*."""
        first = path.partition(".")[0]
        return self.property_dependencies.get(source.urn, {}).get(first, [])

    def _referred(self, source: Resource, path: str) -> frozenset[str]:
        """Return the URNs that the property at *path* of *source* refers to; cached."""
        known = self._references.get((source.urn, path))
        if known is None:
            origins = self._property_origins(source, path)
            named = (text for value in values_at(source.props, path) for text in strings(value))
            known = frozenset(
                urn
                for found in (
                    *(self._held_by.get(origin, ()) for origin in origins),
                    *(self._by_identity.get(text, ()) for text in named),
                )
                for urn in found
            )
            self._references[source.urn, path] = known
        return known

    def _referring(self, path: str, typ: str) -> dict[str, list[Resource]]:
        """Return, by URN, the resources of *typ* whose property at *path* refers to it."""
        known = self._referrers.get((path, typ))
        if known is None:
            known = self._referrers[path, typ] = {}
            for one in self.of_type(typ):
                for urn in self._referred(one, path):
                    known.setdefault(urn, []).append(one)
        return known

    def _open(self, path: str, types: tuple[str, ...]) -> list[Resource]:
        """Return the resources of *types* whose *path* is undetermined."""
        known = self._opens.get((path, types))
        if known is None:
            known = [one for one in self.of_type(*types) if self.is_undetermined(one, path)]
            self._opens[path, types] = known
        for one in known:
            one.unknown.add(path)
        return known

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for one in self.resources:
            found.setdefault(self.aliases.get(one.type, one.type), []).append(one)
        return found

    @cached_property
    def _by_urn(self) -> dict[str, Resource]:
        return {one.urn: one for one in self.resources}

    @cached_property
    def _held_by(self) -> dict[str, list[str]]:
        """URN -> itself and the URNs of its children."""
        found: dict[str, list[str]] = {}
        for one in self.resources:
            for urn in self.lineage(one):
                found.setdefault(urn, []).append(one.urn)
        return found

    @cached_property
    def _by_identity(self) -> dict[str, list[str]]:
        """Identifier -> URNs of the resources that have it."""
        found: dict[str, list[str]] = {}
        for one in self.resources:
            for key in IDENTITIES:
                if isinstance(value := one.props.get(key), str):
                    found.setdefault(value, []).append(one.urn)
        return found


def _has_unknown(source: Resource, path: str) -> bool:
    found = values_at(source.props, path)
    return any(value is UNKNOWN for one in found for value in (one, *as_list(one)))
