"""Computes a stack's state from the state before an update and the update's journal entries.

The kinds and their meaning are those of `apitype.JournalEntry` in the Pulumi SDK, journal version
1. Indices (`removeOld`, `deleteOld`) refer to the resources of the base; operation ids
(`removeNew`, `deleteNew`) to resources that the same update has produced.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = dict[str, Any]

JOURNAL_VERSION = 1


class Kind(IntEnum):
    """What a journal entry reports."""

    BEGIN = 0
    SUCCESS = 1
    FAILURE = 2
    REFRESH_SUCCESS = 3
    OUTPUTS = 4
    WRITE = 5
    SECRETS_MANAGER = 6
    REBUILT_BASE_STATE = 7
    EXTENSION_PARAMETERIZE = 8
    SNIPPETS = 9


_KINDS = frozenset(Kind)


class JournalError(ValueError):
    """Raised for an entry that this module cannot apply."""


def check(entry: Json) -> None:
    """Raise JournalError if *entry* has a version or a kind that `Replay` cannot apply."""
    version, kind = entry.get("version"), entry.get("kind")
    if version != JOURNAL_VERSION or kind not in _KINDS:
        raise JournalError(
            f"journal entry of kind {kind!r} and version {version!r}: expected a kind from 0 to"
            f" {max(Kind)} and version {JOURNAL_VERSION}"
        )


class Replay:
    """A deployment while the entries of an update are applied to it."""

    def __init__(self, base: Json) -> None:
        """Start from the deployment *base*, which is not changed."""
        self._base = dict(base)
        self.failed: list[Json] = []
        """Operations that the engine reported as failed."""
        self.byte_strings = False
        """Whether a string of the applied entries is not UTF-8."""
        self._start()

    def _start(self) -> None:
        """Begin with the resources of the base by index, and without new ones by operation."""
        self._old: dict[int, Json] = dict(enumerate(self._base.get("resources") or ()))
        self._new: dict[int, Json] = {}
        self._begun: dict[int, Json] = {}
        self._refreshed = False

    def add_all(self, entries: Iterable[Json]) -> None:
        """Apply *entries* in the order of their sequence ids."""
        for entry in sorted(entries, key=lambda one: one["sequenceID"]):
            self._add(entry)

    def _add(self, entry: Json) -> None:
        check(entry)
        self.byte_strings |= bool(entry.get("requiresByteString"))
        number = entry["operationID"]
        operation = self._begun.pop(number, {})
        subject = operation.get("resource")
        match Kind(entry["kind"]):
            case Kind.BEGIN:
                self._begun[number] = entry.get("operation") or {}
            case Kind.SUCCESS:
                self._succeed(number, entry, subject)
            case Kind.FAILURE if operation:
                self.failed.append(operation)
            case Kind.REFRESH_SUCCESS:
                self._refreshed = True
                self._replace(entry, subject)
            case Kind.OUTPUTS if entry.get("state"):
                self._replace(entry, subject)
            case Kind.WRITE:
                self._base = dict(entry["newSnapshot"])
                self._start()
            case Kind.REBUILT_BASE_STATE:
                self._base = self.deployment()
                self._start()
            case kind:
                self._base |= _of_the_whole(kind, entry, self._base)

    def _succeed(self, number: int, entry: Json, subject: Json | None) -> None:
        if entry.get("state"):
            self._new[number] = entry["state"]
        if found := self._find(entry, "remove", subject):
            table, key = found
            del table[key]
        for flag in ("delete", "pendingReplacement"):
            if found := self._find(entry, flag, subject):
                table, key = found
                table[key] = {**table[key], flag: True}
        self._refreshed |= bool(entry.get("isRefresh"))

    def _replace(self, entry: Json, subject: Json | None) -> None:
        """Put the entry's state in the place of the resource it names; without one, remove it."""
        state = entry.get("state")
        if found := self._find(entry, "remove", state or subject):
            table, key = found
            if state:
                table[key] = state
            else:
                del table[key]

    def _find(
        self, entry: Json, prefix: str, subject: Json | None
    ) -> tuple[dict[int, Json], int] | None:
        """Return the place of the resource that the fields of *entry* with *prefix* name.

        The engine does not wait until the entry of a step without effect is saved: it may be lost,
        and the new resource is still an old one then, with the URN and the id of *subject*.
        """
        index, made = entry.get(f"{prefix}Old"), entry.get(f"{prefix}New")
        if made in self._new:
            return self._new, made
        if made is not None and subject is not None:
            wanted = _identity(subject)
            index = next((at for at, one in self._old.items() if _identity(one) == wanted), None)
        return (self._old, index) if index in self._old else None

    def deployment(self) -> Json:
        """Return the deployment after the entries: new resources, then what is left of the base."""
        resources = in_dependency_order([*self._new.values(), *self._old.values()])
        if self._refreshed:
            resources = without_dangling_references(resources)
        # A pending create of an earlier update stays until somebody resolves it.
        pending = [one for one in self._begun.values() if one]
        earlier = self._base.get("pending_operations") or ()
        pending += [one for one in earlier if one["type"] == "creating"]
        made = {**self._base, "resources": resources, "pending_operations": pending}
        return {key: value for key, value in made.items() if value or key == "resources"}


def _of_the_whole(kind: Kind, entry: Json, base: Json) -> Json:
    """Return what *entry* changes of the deployment besides its resources."""
    if kind is Kind.SECRETS_MANAGER:
        return {"secrets_providers": entry["secretsProvider"]}
    if kind is Kind.SNIPPETS:
        return {"snippets": entry.get("snippets") or []}
    if kind is Kind.EXTENSION_PARAMETERIZE:
        known = base.get("extensions") or {}
        return {"extensions": {entry["extensionRef"]: entry["extension"]} | known}
    return {}


def _identity(resource: Json) -> tuple[str, str]:
    return resource["urn"], resource.get("id", "")


def in_dependency_order(resources: list[Json]) -> list[Json]:
    """Return *resources* with each behind those it refers to; those in order keep their places."""
    by_urn: dict[str, Json] = {}
    for one in resources:
        by_urn.setdefault(one["urn"], one)
    ordered: dict[int, Json] = {}
    visited: set[int] = set()
    for resource in resources:
        waiting = [(resource, iter(references(resource)))]
        while waiting:
            one, rest = waiting[-1]
            visited.add(id(one))
            found = next((by_urn[urn] for urn in rest if urn in by_urn), None)
            if found is None:
                ordered.setdefault(id(one), one)
                waiting.pop()
            elif id(found) not in visited:
                waiting.append((found, iter(references(found))))
    return list(ordered.values())


def references(resource: Json) -> list[str]:
    """Return the URNs that *resource* refers to."""
    urns = [resource.get("parent"), resource.get("deletedWith")]
    urns.append((resource.get("provider") or "").rpartition("::")[0])
    urns += [*(resource.get("dependencies") or ()), *(resource.get("replaceWith") or ())]
    for dependencies in (resource.get("propertyDependencies") or {}).values():
        urns += dependencies or ()
    return [urn for urn in urns if urn]


def without_dangling_references(resources: list[Json]) -> list[Json]:
    """Return *resources*, which are in dependency order, without references to missing ones.

    A refresh removes resources that no longer exist, although others depend on them. A child of a
    missing parent becomes a child of the parent's parent.
    """
    known: set[str] = set()
    parents: dict[str, str] = {}
    cleaned: list[Json] = []
    for resource in resources:
        one = dict(resource)
        for key in ("dependencies", "replaceWith"):
            if one.get(key):
                one[key] = [urn for urn in one[key] if urn in known]
        if one.get("propertyDependencies"):
            one["propertyDependencies"] = {
                key: [urn for urn in urns or () if urn in known]
                for key, urns in one["propertyDependencies"].items()
            }
        if one.get("deletedWith") not in known:
            one.pop("deletedWith", None)
        if (parent := one.get("parent", "")) and parent not in known:
            one["parent"] = parents.get(parent, "")
        parents[one["urn"]] = one.get("parent", "")
        known.add(one["urn"])
        cleaned.append(one)
    return cleaned
