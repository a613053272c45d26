"""Locations of the source and the test of a rule."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy.engine.rule import Rule

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "policy" / "rules"


def source(rule: Rule) -> Path:
    """Return the file of the module that defines *rule*."""
    check = rule.check or rule.stack_check
    return Path(sys.modules[getattr(check, "__module__", "")].__file__ or "")


def test_module(rule: Rule) -> Path | None:
    """Return the test or table of *rule*: the one beside its source, or one that names the rule."""
    of_module = source(rule)
    folder = TESTS / of_module.parent.relative_to(ROOT / "policy" / "rules")
    found = [one for one, text in _tests().items() if names(text, rule)]
    subject = of_module.stem.strip("_")
    beside = [one for one in found if one.parent == folder and _subject(one) == subject]
    return next(iter(beside or found), None)


def names(text: str, rule: Rule) -> bool:
    """Return whether *text*, a test module or a table, names *rule*."""
    return function_name(rule) in text or f"\n{rule.name}:\n" in text


def examples_in(folder: Path) -> list[Path]:
    """Return the tables and the test modules below *folder*, but not the one that reads tables."""
    modules = (one for one in folder.rglob("test_*.py") if one.name != "test_tables.py")
    return sorted([*folder.rglob("*.yaml"), *modules])


def _subject(path: Path) -> str:
    return path.stem.removeprefix("test_")


def function_name(rule: Rule) -> str:
    """Return the name under which *rule* is defined."""
    return rule.name.replace("-", "_")


@cache
def _tests() -> dict[Path, str]:
    return {path: path.read_text() for path in examples_in(TESTS)}
