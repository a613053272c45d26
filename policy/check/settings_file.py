"""An environment's settings from a file: every mistake with its line, or none at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policy.check.document import Document, InputError, load
from policy.frame.configuration import (
    Configuration,
    Fault,
    configuration,
    is_unasked,
    rule_config,
)
from policy.frame.evaluate import RuleConfig, settings_rule
from policy.frame.settings import ALL
from policy.frame.values import is_object, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy.frame.rule import Rule

FOLDER = Path(__file__).parents[1] / "settings"
"""The settings of this project's environments."""


def environments() -> list[str]:
    """Return the names of the environments that have settings."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read(file: Path, rules: Iterable[Rule], elsewhere: Iterable[str] = ()) -> Configuration:
    """Return what *file* says about *rules*; raises InputError with each mistake in it."""
    rules = [*rules]
    document = load(file)
    if not is_object(document.value):
        raise InputError(file, "expected an object of rules and their configuration")
    given: dict[str, RuleConfig] = {}
    faults: list[Fault] = []
    for name, value in document.value.items():
        found = rule_config(plain(value))
        if isinstance(found, RuleConfig):
            given[name] = found
        else:
            faults.append(Fault(f"'{name}': {found}", (name,)))
    found = configuration(given, rules, elsewhere)
    faults += [*found.faults, *_lost(found, rules)]
    if faults:
        raise _refused(document, faults)
    return found


def _lost(found: Configuration, rules: Iterable[Rule]) -> Iterator[Fault]:
    """Yield each level that would not hold in the engine, as if nobody had chosen it."""
    everywhere = found.rules.get(ALL, RuleConfig()).level
    for one in [settings_rule, *rules]:
        own = found.rules.get(one.name, RuleConfig()).level
        other = found.settings.level(one, None, everywhere)
        if is_unasked(one, own, everywhere) and found.settings.level(one, own, everywhere) != other:
            message = (
                f"'{one.name}': the engine takes '{own}' for a default, so that severityEnforcement"
                f" makes it '{other}': write it under settings.rules"
            )
            yield Fault(message, (one.name, "enforcementLevel"))


def _refused(document: Document, faults: list[Fault]) -> InputError:
    """Return one error that says all of *faults*, a line for each."""
    first, *others = [(document.line(one.path), one.message) for one in faults]
    more = [f"\n{InputError(document.file, message, line)}" for line, message in others]
    return InputError(document.file, first[1] + "".join(more), first[0])
