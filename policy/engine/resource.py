"""A resource as rules see it; lookups are safe for any shape of inputs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml

from policy.engine.settings import PRODUCTION, Settings
from policy.engine.values import UNKNOWN, is_array, is_missing, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping


def current_date() -> date:
    """Return the date in UTC."""
    return datetime.now(tz=UTC).date()


@dataclass(frozen=True)
class Finding:
    """A message of a rule, and the resource that it is about if the rule is about the stack."""

    message: str
    urn: str = ""
    parts: tuple[str, ...] = ()
    """The violated parts of a rule that combines several controls, as its references name them.

    The type of the resource, such as `rds/cluster`, is a part that need not be named.
    """


@dataclass(frozen=True)
class Options:
    """The resource options that rules can read."""

    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    parent: str = ""


@dataclass
class Resource:
    """A resource: its inputs after the provider's Check, or its outputs for stack rules."""

    type: str
    name: str
    urn: str
    props: dict[str, Any]
    provider_props: dict[str, Any] = field(default_factory=dict[str, Any])
    options: Options = field(default_factory=Options)
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The parameters of the current rule."""
    settings: Settings = PRODUCTION
    """The environment's settings for all rules."""
    today: date = field(default_factory=current_date)
    """The current date."""
    provider_name: str = ""
    """The name of the resource's provider; empty if it has none."""
    unknown: set[str] = field(default_factory=set[str])
    """The unknown paths that the current rule has read."""
    _documents: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    def get(self, path: str) -> Any:
        """Return the value at *path* ("a.b.c"), None where there is none, or UNKNOWN."""
        return self._noted(path, value_at(self.props, path))

    def all(self, path: str) -> list[Any]:
        """Return every value at *path*, through lists and maps on the way, without missing ones."""
        found = values_at(self.props, path)
        if any(value is UNKNOWN for value in found):
            self.unknown.add(path)
        return found

    def entries(self, path: str) -> list[dict[str, Any]]:
        """Return the objects at *path*: a list's entries or the single object, nothing else."""
        return [
            one
            for value in self.all(path)
            for one in (value if is_array(value) else [value])
            if is_object(one)
        ]

    def is_missing(self, path: str) -> bool:
        """Return whether nothing is set at *path*; an unknown value is set."""
        return is_missing(self.get(path))

    def document(self, path: str) -> Any:
        """Return the JSON document at *path*, given as text or as an object.

        UNKNOWN if it is not known, None if it is missing or invalid.
        """
        value = self.get(path)  # read each time, so that each rule records unknown paths
        if path not in self._documents:
            self._documents[path] = parse_json(value)
        return self._documents[path]

    def tag(self, key: str) -> Any:
        """Return the value of the tag *key*: in tagsAll, tags or the provider's default tags."""
        for tags in (self.props.get("tagsAll"), self.props.get("tags"), self._default_tags):
            if tags is UNKNOWN:
                return self._noted("tagsAll", UNKNOWN)
            if is_object(tags) and key in tags:
                return self._noted(f"tagsAll.{key}", tags[key])
        return None

    def finding(self, message: str, *parts: str) -> Finding:
        """Return *message* as a finding about this resource, which violates *parts* of the rule."""
        return Finding(message, self.urn, parts)

    @cached_property
    def _default_tags(self) -> Any:
        default_tags = parse_json(self.provider_props.get("defaultTags"))
        return default_tags.get("tags") if is_object(default_tags) else default_tags

    def _noted(self, path: str, value: Any) -> Any:
        if value is UNKNOWN:
            self.unknown.add(path)
        return value


def parse_json(value: Any) -> Any:
    """Return the document in *value*: parsed if it is a text, None if it does not parse."""
    if not isinstance(value, str):
        return value if is_object(value) or is_array(value) or value is UNKNOWN else None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def parse_json_or_yaml(value: Any) -> Any:
    """Return the document in *value* like `parse_document`, where text may also be YAML."""
    found = parse_json(value)
    if found is not None or not isinstance(value, str):
        return found
    try:
        return yaml.safe_load(value)
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError):
        return None


def value_at(props: Any, path: str) -> Any:
    """Return what is at *path* in nested objects; a list of one object counts as that object."""
    found = props
    for step in path.split("."):
        if is_array(found) and len(found) == 1:
            found = found[0]
        if found is UNKNOWN:
            return UNKNOWN
        if not is_object(found):
            return None
        found = found.get(step)
    return found


def values_at(props: Any, path: str) -> list[Any]:
    """Return all that is at *path*, passing through lists and maps without an index."""
    found = [props]
    for step in path.split("."):
        found = [value for one in found for value in _step(one, step)]
    return found


def _step(value: Any, step: str) -> list[Any]:
    if value is UNKNOWN:
        return [UNKNOWN]
    if is_array(value):
        return [found for one in value for found in _step(one, step)]
    if not is_object(value):
        return []
    if step in value:
        return [] if value[step] is None else [value[step]]
    return [found for one in value.values() if is_object(one) for found in _step(one, step)]
