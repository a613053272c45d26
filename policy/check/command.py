"""`python -m policy check`: findings on standard output, and an exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from policy.check import readers, settings_file
from policy.check.document import InputError
from policy.check.junit import junit
from policy.check.plain import as_json, text
from policy.check.report import check
from policy.check.sarif import sarif
from policy.frame.configuration import Configuration
from policy.frame.rule import Severity
from policy.packs import Pack, rules_of
from policy.rules import all_rules

if TYPE_CHECKING:
    import argparse

FORMATS = {"text": text, "json": as_json, "sarif": sarif, "junit": junit}
CLEAN, FOUND, UNUSABLE = 0, 1, 2


def add_to(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=Path,
        help="what `pulumi preview --json` or `pulumi stack export` prints, or a recorded run",
    )
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--environment",
        choices=settings_file.environments(),
        help="whose settings hold; without, production's defaults",
    )
    chosen.add_argument("--settings", metavar="FILE", type=Path, help="a settings file of your own")
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument(
        "--fail-on",
        metavar="SEVERITY",
        choices=list(Severity),
        type=Severity,
        help="end with 1 on findings of this severity or worse (low, medium, high, critical);"
        " without, on what the engine would refuse: findings of level mandatory",
    )
    parser.add_argument(
        "--pack",
        action="append",
        choices=list(Pack),
        type=Pack,
        help="only this pack's rules; can be given more than once",
    )


def run(options: argparse.Namespace) -> int:
    """Check the files and return the exit code."""
    rules = rules_of(*(options.pack or Pack))
    file: Path | None = options.settings
    if options.environment:
        file = settings_file.FOLDER / f"{options.environment}.json"
    elsewhere = {one.name for one in all_rules()} - {one.name for one in rules}
    try:
        chosen = settings_file.read(file, rules, elsewhere) if file else Configuration()
        programs = [readers.read(one) for one in options.files]
    except InputError as error:
        print(_printable(str(error), sys.stderr.encoding), file=sys.stderr)  # noqa: T201
        return UNUSABLE
    report = check(programs, rules, chosen, options.fail_on)
    try:
        print(_printable(FORMATS[options.format](report), sys.stdout.encoding), flush=True)  # noqa: T201
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FOUND if report.failures else CLEAN


def _printable(output: str, encoding: str) -> str:
    """Return *output* with what the terminal cannot show written as escapes."""
    return output.encode(encoding, "backslashreplace").decode(encoding)
