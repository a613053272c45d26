"""`bulkhead policy explain`: the page of a rule, in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markdown import Markdown

from ops.errors import CommandError
from ops.screen import out
from policy.engine.settings import unknown_rule
from policy.pages.examples import examples_of
from policy.pages.rule_page import page
from policy.rules import all_rules


def run(name: Annotated[str, typer.Argument(metavar="RULE")]) -> None:
    """Show what a rule requires and why, its parameters, and an example of each kind."""
    rules = {one.name: one for one in all_rules()}
    name = name.replace("_", "-")
    if name not in rules:
        raise CommandError(f"{unknown_rule(name, list(rules))}. All rules: bulkhead policy list")
    text = page(rules[name], examples_of(rules[name]))
    if out.is_terminal:
        out.print(Markdown(text), soft_wrap=False)
    else:
        typer.echo(text)
