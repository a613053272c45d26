"""`bulkhead policy list`: every rule, with its pack, severity and level."""

from __future__ import annotations

from typing import Annotated

import typer

from ops.screen import out
from policy.engine.rule import Severity  # noqa: TC001 - Typer reads the annotation
from policy.packs import Pack, rules_of


def run(
    *,
    packs: Annotated[
        list[Pack] | None, typer.Option("--pack", help="Only this pack's rules; repeatable.")
    ] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only rules of this severity.")] = None,
) -> None:
    """List the rules, one per line. For one of them: bulkhead policy explain RULE."""
    rules = [one for one in rules_of(*(packs or Pack)) if severity in (None, one.severity)]
    width = max((len(one.name) for one in rules), default=0)
    for one in rules:
        about = one.description.splitlines()[0]
        line = f"{one.name:<{width}}  {one.pack:<12}  {one.severity:<8}  {one.level:<9}  {about}"
        out.print(line, markup=False)
