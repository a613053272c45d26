"""`bulkhead policy check`: findings on standard output, and an exit code."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ops import folders, policies, stack
from ops.environment import LOCAL
from ops.errors import CommandError
from ops.settings_copy import known_environments, require_known
from policy.check import readers, settings_file
from policy.check.document import Document, InputError
from policy.check.junit import junit
from policy.check.plain import as_json, text
from policy.check.report import check
from policy.check.sarif import sarif
from policy.engine.configuration import Configuration
from policy.engine.rule import Rule, Severity  # noqa: TC001 - Typer reads the annotation
from policy.packs import Pack, rules_of
from policy.rules import all_rules

CLEAN, FOUND, UNUSABLE = 0, 1, 2


class Format(StrEnum):
    """Formats of a report."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


WRITERS = {Format.TEXT: text, Format.JSON: as_json, Format.SARIF: sarif, Format.JUNIT: junit}


def run(  # noqa: PLR0913 - the options of the command
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="The output of `pulumi preview --json` or `pulumi stack export`, a Pulumi YAML"
            " program (`Pulumi.yaml`), or a recorded run. `local`: the state of the stack local.",
        ),
    ],
    *,
    environment: Annotated[
        str | None,
        typer.Option(
            help="Use this environment's configuration. Default: production's defaults; of the"
            " state of local, its own."
        ),
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Use the pack configuration in this file.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="Format of the report.")] = Format.TEXT,
    fail_on: Annotated[
        Severity | None,
        typer.Option(
            help="Exit with 1 on findings of this severity or worse. Default: on findings"
            " of level mandatory, which stop a run of the engine."
        ),
    ] = None,
    packs: Annotated[
        list[Pack] | None, typer.Option("--pack", help="Only this pack's rules; repeatable.")
    ] = None,
    services: folders.ServicesOption = None,
) -> None:
    """Check files against the rules. Exit codes: 0 no failure, 1 failures, 2 unusable input."""
    rules = rules_of(*(packs or Pack))
    try:
        if all(_is_local(one) for one in files) and not settings:
            environment = environment or LOCAL
        chosen = _configuration(environment, settings, rules)
        programs = [
            _local_state(services) if _is_local(one) else readers.read(one) for one in files
        ]
    except (InputError, CommandError) as error:
        print(_printable(str(error), sys.stderr.encoding), file=sys.stderr)  # noqa: T201
        raise typer.Exit(UNUSABLE) from error
    report = check(programs, rules, chosen, fail_on)
    try:
        print(_printable(WRITERS[form](report), sys.stdout.encoding), flush=True)  # noqa: T201
    except BrokenPipeError:  # the reader has closed the pipe, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(FOUND if report.failures else CLEAN)


def _is_local(file: Path) -> bool:
    return str(file) == LOCAL and not file.exists()


def _local_state(services: str | None) -> readers.Program:
    """Return the resources in the state of the stack `local`, whether or not the cloud runs."""
    layout = folders.layout(services)
    if not stack.exists(layout):
        up = f"bulkhead up{folders.option(services)}"
        raise CommandError(f"There is no stack {LOCAL}: create it with `{up}`, or write a file.")
    state = {"version": 3, "deployment": stack.checkpoint(layout)}
    return readers.parse(Document(Path(LOCAL), "", state))


def _configuration(
    environment: str | None, settings: Path | None, rules: list[Rule]
) -> Configuration:
    if environment and settings:
        raise CommandError("Write --environment or --settings, not both.")
    elsewhere = {one.name for one in all_rules()} - {one.name for one in rules}
    if settings:
        return settings_file.read(settings, rules, elsewhere)
    if environment is None:
        return Configuration()
    require_known(environment, known_environments())
    config = policies.configuration(environment)
    return settings_file.of_environment(environment, config, rules, elsewhere)


def _printable(output: str, encoding: str) -> str:
    """Return *output* with escapes for what the terminal's encoding cannot show."""
    return output.encode(encoding, "backslashreplace").decode(encoding)
