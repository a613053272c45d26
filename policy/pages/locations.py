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
    """Return the test module of *rule*: the one beside its source, or one that names the rule."""
    folder = TESTS / source(rule).parent.relative_to(ROOT / "policy" / "rules")
    mirror = folder / f"test_{source(rule).stem.strip('_')}.py"
    found = [one for one, text in _tests().items() if function_name(rule) in text]
    return mirror if mirror in found else next(iter(found), None)


def function_name(rule: Rule) -> str:
    """Return the name under which *rule* is defined."""
    return rule.name.replace("-", "_")


@cache
def _tests() -> dict[Path, str]:
    return {path: path.read_text() for path in sorted(TESTS.rglob("test_*.py"))}
