"""A pack configuration from a file: every mistake in it is reported with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy.check.document import Document, load
from policy.engine.configuration import (
    Configuration,
    Fault,
    configuration,
    is_default_level,
    rule_config,
)
from policy.engine.evaluate import RuleConfig, level_of, settings_rule
from policy.engine.settings import ALL
from policy.engine.values import from_json, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policy.engine.rule import Rule


def read(file: Path, rules: Iterable[Rule], elsewhere: Iterable[str] = ()) -> Configuration:
    """Return the configuration of *rules* in *file*; raises InputError with each mistake."""
    return parse(load(file), rules, elsewhere)


def of_environment(
    name: str, config: Mapping[str, Any], rules: Iterable[Rule], elsewhere: Iterable[str] = ()
) -> Configuration:
    """Return the configuration of *rules* in *config*, which was generated for *name*."""
    text = json.dumps(config, indent=2)
    value = json.loads(text, parse_int=float)
    return parse(Document(Path(f"policy config {name}"), text, value), rules, elsewhere)


def parse(
    document: Document, rules: Iterable[Rule], elsewhere: Iterable[str] = ()
) -> Configuration:
    """Return the configuration of *rules* in *document*; raises InputError with each mistake."""
    rules = [*rules]
    if not is_object(document.value):
        raise document.error("expected an object of rules and their configuration")
    given: dict[str, RuleConfig] = {}
    faults: list[Fault] = []
    for name, value in document.value.items():
        found = rule_config(from_json(value))
        if isinstance(found, RuleConfig):
            given[name] = found
        else:
            faults.append(Fault(f"'{name}': {found}", (name,)))
    found = configuration(given, rules, elsewhere)
    faults += [*found.faults, *_overridden_levels(found, rules)]
    if faults:
        raise document.errors((one.message, one.path) for one in faults)
    return found


def _overridden_levels(found: Configuration, rules: Iterable[Rule]) -> Iterator[Fault]:
    """Yield an error for each level that the engine would treat as a default and override."""
    everywhere = found.rules.get(ALL, RuleConfig()).level
    for one in [settings_rule, *rules]:
        own = found.rules.get(one.name, RuleConfig()).level
        other = level_of(one, found.settings, None, everywhere)
        if (
            is_default_level(one, own, everywhere)
            and level_of(one, found.settings, own, everywhere) != other
        ):
            message = (
                f"'{one.name}': the engine takes '{own}' for a default, so that severityEnforcement"
                f" makes it '{other}': write it under settings.rules"
            )
            yield Fault(message, (one.name, "enforcementLevel"))
