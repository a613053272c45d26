"""The policies' own commands: `check` files without an engine, write the `docs`."""

from __future__ import annotations

import argparse
import sys

from policy.check import command as check
from policy.pages import command as docs


def main(words: list[str] | None = None) -> int:
    """Run the command that *words* ask for, and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m policy", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in (("check", check), ("docs", docs)):
        about = (command.__doc__ or "").strip()
        one = commands.add_parser(name, help=about.partition(": ")[2], description=about)
        command.add_to(one)
        one.set_defaults(run=command.run)
    options = parser.parse_args(words)
    return options.run(options)


if __name__ == "__main__":
    sys.exit(main())
