"""Serves one or more packs in a process that the engine starts."""

from __future__ import annotations

from policy.engine.analyzer import serve
from policy.packs import VERSION, Pack, rules_of
from policy.rules import all_rules


def run(*packs: Pack) -> None:
    """Serve *packs* as one process to the engine; never returns.

    A configuration may also contain rules of other packs, so that one file serves them all.
    """
    rules = rules_of(*packs)
    name = "bulkhead" if set(packs) == set(Pack) else f"bulkhead-{'-'.join(packs)}"
    serve(name, VERSION, rules, {one.name for one in all_rules()} - {one.name for one in rules})
