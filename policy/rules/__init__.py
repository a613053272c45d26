"""All rules, in a module or package for each AWS service: the first word of the rule's name."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from policy.engine.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule below this package, by name."""
    found: dict[str, Rule] = {}
    for module in pkgutil.walk_packages(__path__, prefix=f"{__name__}."):
        if not module.ispkg:
            members = vars(importlib.import_module(module.name)).values()
            found |= {one.name: one for one in members if isinstance(one, Rule)}
    return tuple(found[name] for name in sorted(found))
