"""`bulkhead policy config`: the pack configuration of an environment."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import Annotated

import typer

from ops import policies
from ops.settings_copy import known_environments, require_known


def run(
    environment: Annotated[str, typer.Argument(metavar="ENVIRONMENT")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file, not to stdout.")
    ] = None,
) -> None:
    """Print an environment's pack configuration, for `pulumi up --policy-pack-config FILE`."""
    require_known(environment, known_environments())
    if output is None:
        typer.echo(policies.as_json(environment), nl=False)
    else:
        policies.write(output, environment)
