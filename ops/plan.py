"""The provider in plan mode: it serves previews of any stack and changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from localcloud.layout import ROOT
from ops import folders
from ops.environment import Environment, engine_variables, passphrase_file, providers
from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from localcloud.engine.find import Engine
    from localcloud.layout import Layout

STOP_SECONDS = 5
CLOSED_ENDPOINT = "http://127.0.0.1:1"
"""An AWS endpoint that refuses connections: a preview makes no AWS calls."""


@contextmanager
def provider(layout: Layout, program: Path = ROOT) -> Generator[str]:
    """Run the providers for the program in a folder during the block.

    Yield the value of PULUMI_DEBUG_PROVIDERS.
    """
    layout.logs.mkdir(parents=True, exist_ok=True)
    log = layout.logs / "plan.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "localcloud.provider", "--plan", "--project", str(program)],
            cwd=ROOT,
            env=os.environ | {"BULKHEAD_HOME": str(layout.home)},
            stdin=subprocess.PIPE,  # the provider ends when it is closed
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            ports = (process.stdout.readline() if process.stdout else "").split()
            if len(ports) != len(("aws", "utilities")):
                process.wait(STOP_SECONDS)
                raise CommandError(f"The provider did not start:\n{log.read_text().strip()}")
            yield providers(*map(int, ports))
        finally:
            _end(process)


def environment(
    layout: Layout, engine: Engine, attached: str, artifacts: Path | None, name: str
) -> Environment:
    """Return the environment of a preview of *name*; its state is deleted with *layout*."""
    state = layout.pulumi / "state"
    state.mkdir(parents=True, exist_ok=True)
    return Environment(
        engine_variables(layout, engine, f"file://{state}", name)
        | {
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(passphrase_file(layout)),
            "PULUMI_DEBUG_PROVIDERS": attached,
            "AWS_ENDPOINT_URL": CLOSED_ENDPOINT,
        }
        | (
            {
                "BULKHEAD_ARTIFACTS": str(artifacts),
                folders.VARIABLE: folders.shown(folders.of_environment(name)),
            }
            if artifacts
            else {}
        )
    )


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
