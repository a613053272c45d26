"""`python -m policy docs`: write the pages of docs/policy, or say which are stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.pages import site

if TYPE_CHECKING:
    import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "--check", action="store_true", help="change nothing; end with 1 if a page is stale"
    )


def run(options: argparse.Namespace) -> int:
    """Write the pages, or compare them, and return the exit code."""
    changed = site.stale() if options.check else site.write()
    for name in changed:
        print(f"{'stale' if options.check else 'written'}: {site.FOLDER / name}")  # noqa: T201
    return 1 if options.check and changed else 0
