"""`bulkhead policy explain`: the page of a rule, in the terminal."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markdown import Markdown

from ops.errors import CommandError
from ops.screen import err, out
from policy.engine.settings import unknown_rule
from policy.pages.examples import examples_of
from policy.pages.rule_page import page
from policy.rules import all_rules

if TYPE_CHECKING:
    from policy.engine.rule import Rule
    from policy.pages.examples import Examples


def run(name: Annotated[str, typer.Argument(metavar="RULE")]) -> None:
    """Show what a rule requires and why, its parameters, and an example of each kind."""
    rules = {one.name: one for one in all_rules()}
    name = name.replace("_", "-")
    if name not in rules:
        raise CommandError(f"{unknown_rule(name, list(rules))}. All rules: bulkhead policy list")
    text = page(rules[name], _examples(rules[name]))
    if out.is_terminal:
        out.print(Markdown(text), soft_wrap=False)
    else:
        typer.echo(text)


def _examples(rule: Rule) -> Examples | None:
    """Return the examples of *rule*, which are taken from its tests; None without pytest."""
    if find_spec("pytest") is None:
        err.print("The examples are left out: they need the packages of `make check`.")
        return None
    return examples_of(rule)
