"""The configuration of a set of rules, with all errors in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pydantic

from policy.engine.evaluate import RuleConfig
from policy.engine.parameters import faults as parameter_faults
from policy.engine.rule import Level
from policy.engine.settings import ALL, SETTINGS, Settings, error_messages, unknown_rule
from policy.engine.values import is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policy.engine.rule import Rule


@dataclass(frozen=True)
class Fault:
    """An error and its path: keys and indices from the top level."""

    message: str
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class Configuration:
    """Settings for all rules, and the configuration of each rule."""

    settings: Settings = field(default_factory=Settings)
    rules: Mapping[str, RuleConfig] = field(default_factory=dict[str, RuleConfig])
    faults: tuple[Fault, ...] = ()


def configuration(
    given: Mapping[str, RuleConfig], rules: Iterable[Rule], elsewhere: Iterable[str] = ()
) -> Configuration:
    """Parse *given*, the configuration of *rules*; *elsewhere*: ignored rules of other packs."""
    by_name = {one.name: one for one in rules}
    known = [SETTINGS, *by_name, *elsewhere]
    settings, found = _settings(given.get(SETTINGS, RuleConfig()).params)
    found += [
        Fault(unknown_rule(name, known), path) for name, path in _named(given, settings, known)
    ]
    if ALL in given and given[ALL].params:
        found.append(Fault("'all' takes an enforcementLevel and no parameter", (ALL,)))
    for name, one in given.items():
        if name in by_name:
            wrong = parameter_faults(by_name[name].parameters, one.params)
            found += [Fault(f"rule '{name}': {text}", (name, *path)) for path, text in wrong]
    return Configuration(settings, given, tuple(found))


def is_default_level(rule: Rule, level: Level | None, all_rules: Level | None) -> bool:
    """Return whether *level* is the default that the engine sends for *rule*."""
    return level is (all_rules or rule.level)


def rule_config(value: Any) -> RuleConfig | str:
    """Return the configuration of one rule: its level, or an object with its level."""
    entry = {"enforcementLevel": value} if isinstance(value, str) else value
    if not is_object(entry):
        return f"expected a level, or an object with parameters; found {value!r}"
    params = {key: one for key, one in entry.items() if key != "enforcementLevel"}
    if "enforcementLevel" not in entry:
        return RuleConfig(None, params)
    try:
        return RuleConfig(Level(entry["enforcementLevel"]), params)
    except ValueError:
        levels = ", ".join(Level)
        return f"expected one of {levels} as enforcementLevel; found {entry['enforcementLevel']!r}"


def _settings(params: Mapping[str, Any]) -> tuple[Settings, list[Fault]]:
    try:
        return Settings.model_validate(params), []
    except pydantic.ValidationError as error:
        paths = [(SETTINGS, *one["loc"]) for one in error.errors()]
        return Settings(), list(map(Fault, error_messages(error), paths))


def _named(
    given: Mapping[str, RuleConfig], settings: Settings, known: list[str]
) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield each unknown rule name and its path."""
    for name in given:
        if name not in (ALL, *known):
            yield name, (name,)
    for name in settings.rules:
        if name not in known:
            yield name, (SETTINGS, "rules", name)
    for index, one in enumerate(settings.exemptions):
        if one.rule not in known:
            yield one.rule, (SETTINGS, "exemptions", index, "rule")
    for index, name in enumerate(settings.opted_in):
        if name not in known:
            yield name, (SETTINGS, "optedIn", index)
