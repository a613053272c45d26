"""`python -m policy.pages`: write the pages of docs/policy, or the record of the rules."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import Annotated

import typer

from policy.pages import site, snapshot

CHECK_HELP = "Change nothing; exit with 1 if a page is outdated."
RECORD_HELP = "Record the attributes of the rules in tests/fixtures/rules.json instead."
SOURCE_HELP = "Write the source of the documentation site to this folder instead."


def run(
    *,
    check: Annotated[bool, typer.Option(help=CHECK_HELP)] = False,
    record_rules: Annotated[bool, typer.Option(help=RECORD_HELP)] = False,
    source: Annotated[Path | None, typer.Option(help=SOURCE_HELP)] = None,
) -> None:
    """Write the generated pages of docs/policy that are in git."""
    if record_rules:
        snapshot.FILE.write_text(snapshot.text())
        return
    if source:
        site.write_source(source)
        return
    changed = site.outdated() if check else site.write()
    for name in changed:
        typer.echo(f"{'outdated' if check else 'written'}: {site.FOLDER / name}")
    sys.exit(bool(check and changed))


if __name__ == "__main__":
    typer.run(run)
