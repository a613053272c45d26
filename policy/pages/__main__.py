"""`python -m policy.pages`: write the generated pages of docs/policy, or list outdated ones."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from policy.pages import site


def run(
    *,
    check: Annotated[
        bool, typer.Option(help="Change nothing; exit with 1 on outdated pages.")
    ] = False,
) -> None:
    """Write the generated pages of docs/policy."""
    changed = site.stale() if check else site.write()
    for name in changed:
        typer.echo(f"{'outdated' if check else 'written'}: {site.FOLDER / name}")
    sys.exit(bool(check and changed))


if __name__ == "__main__":
    typer.run(run)
