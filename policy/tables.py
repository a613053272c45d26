"""Tables of examples: YAML files with resources that comply with a rule, or violate it.

    sqs-encrypted:
    - type: aws:sqs/queue:Queue
      whole: {name: orders, sqsManagedSseEnabled: true}
      kept: [{sqsManagedSseEnabled: false, kmsMasterKeyId: alias/orders}]
      broken: [{sqsManagedSseEnabled: false}]
      unknown_at: [sqsManagedSseEnabled]

The keys are those of `policy.testing.check`; `type` may list several types. `!unknown` is a value
that is not known yet, `!json` turns a document into text. `case` says what an entry shows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from policy.engine.settings import Settings
from policy.engine.values import UNKNOWN, as_list
from policy.rules import all_rules
from policy.testing import check

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
        """Assert that the rule accepts and rejects the resources as the table says."""
        settings = self.entry.get("settings")
        check(
            self.rule,
            self.type,
            self.entry["whole"],
            kept=self.entry.get("kept", ()),
            broken=self.entry.get("broken", ()),
            unknown_at=self.entry.get("unknown_at", ()),
            settings=Settings(**settings) if settings else None,
        )


def cases(*files: Path) -> Iterator[Case]:
    """Yield each case in the tables *files*."""
    rules = {one.name: one for one in all_rules()}
    for file in files:
        for name, entries in _read(file.read_text(encoding="utf-8")).items():
            for entry in entries:
                yield from (Case(rules[name], typ, entry) for typ in as_list(entry["type"]))


def _read(text: str) -> dict[str, list[dict[str, Any]]]:
    return yaml.load(text, _loader())  # noqa: S506 - it derives from the safe loader


@cache
def _loader() -> Loader:
    base: Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Loader = type("_TableLoader", (base,), {})
    loader.add_constructor("!unknown", _as_unknown)
    loader.add_constructor("!json", _as_json)
    return loader


def _as_unknown(_loader: yaml.SafeLoader, _node: yaml.Node) -> Any:
    return UNKNOWN


def _as_json(loader: yaml.SafeLoader, node: yaml.MappingNode) -> str:
    return json.dumps(loader.construct_mapping(node, deep=True))
