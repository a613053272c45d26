"""Tables of examples: YAML files with resources that comply with a rule, or violate it.

    sqs-encrypted:
    - type: aws:sqs/queue:Queue
      whole: {name: orders, sqsManagedSseEnabled: true}
      kept: [{sqsManagedSseEnabled: false, kmsMasterKeyId: alias/orders}]
      broken_values: {sqsManagedSseEnabled: [false, null]}
      unknown_at: [sqsManagedSseEnabled]
      remediations:
      - {inputs: {}, changes: {sqsManagedSseEnabled: true}}

`whole`, `kept`, `broken`, `unknown_at` and `settings` are arguments of `policy.testing.check`;
`type` may list several types. `kept_values` and `broken_values` list values of a single input.
`<unknown>` is a value that is not known yet, `!json` turns a document into text. `case` says what
an entry shows.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from policy.engine.settings import Settings
from policy.engine.values import UNKNOWN, as_list
from policy.rules import all_rules
from policy.testing import check, resource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policy.engine.rule import Rule

    Loader = type[yaml.SafeLoader]


@dataclass(frozen=True)
class Case:
    """An entry of a table, for one type."""

    rule: Rule
    type: str
    entry: dict[str, Any] = field(repr=False)

    def __str__(self) -> str:
        """Return the name of the test."""
        about = self.entry.get("case", self.type.rpartition(":")[2])
        return f"{self.rule.name}: {about}"

    def check(self) -> None:
        """Assert that the rule accepts, rejects and remediates resources as the table says."""
        for one in self.entry.get("remediations", ()):
            self._check_remediation(one["inputs"], one["changes"])
        if "whole" not in self.entry:
            return
        settings = self.entry.get("settings")
        check(
            self.rule,
            self.type,
            self.entry["whole"],
            kept=self._changes("kept"),
            broken=self._changes("broken"),
            unknown_at=self.entry.get("unknown_at", ()),
            settings=Settings(**settings) if settings else None,
        )

    def _check_remediation(self, inputs: dict[str, Any], changes: dict[str, Any] | None) -> None:
        seen = resource(self.type, "shop", inputs)
        seen.params = self.rule.params
        changed = self.rule.remediate(seen) if self.rule.remediate else None
        if changed != changes:
            raise AssertionError(f"{self}: {inputs} must be changed by {changes}, not {changed}")

    def _changes(self, key: str) -> list[dict[str, Any]]:
        of_one_input: dict[str, list[Any]] = self.entry.get(f"{key}_values", {})
        single = [{path: value} for path, values in of_one_input.items() for value in values]
        return [*single, *self.entry.get(key, ())]


def cases(*files: Path) -> Iterator[Case]:
    """Yield each case in the tables *files*."""
    rules = {one.name: one for one in all_rules()}
    for file in files:
        for name, entries in read(file.read_text(encoding="utf-8")).items():
            for entry in entries:
                yield from (Case(rules[name], typ, entry) for typ in as_list(entry["type"]))


def read(text: str) -> dict[str, list[dict[str, Any]]]:
    """Return the entries of the table *text* by the name of their rule."""
    return yaml.load(text, _loader())  # noqa: S506 - it derives from the safe loader


@cache
def _loader() -> Loader:
    base: Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Loader = type("_TableLoader", (base,), {})
    loader.add_constructor("!unknown", _as_unknown)
    loader.add_implicit_resolver(  # pyright: ignore[reportUnknownMemberType] - no types
        "!unknown", re.compile("<unknown>"), ["<"]
    )
    loader.add_constructor("!json", _as_json)
    return loader


def _as_unknown(_loader: yaml.SafeLoader, _node: yaml.Node) -> Any:
    return UNKNOWN


def _as_json(loader: yaml.SafeLoader, node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return json.dumps(loader.construct_mapping(node, deep=True))
    assert isinstance(node, yaml.SequenceNode)  # noqa: S101 - a document is one of the two
    return json.dumps(loader.construct_sequence(node, deep=True))
