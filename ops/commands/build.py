"""`bulkhead build`: build the services' artifacts without deploying them."""

from __future__ import annotations

from typing import Annotated

import typer

from localcloud.layout import Layout
from ops import artifacts
from ops.environment import LOCAL
from ops.screen import done
from ops.settings_copy import known_environments, require_known


def run(name: Annotated[str, typer.Argument(metavar="ENVIRONMENT")] = LOCAL) -> None:
    """Build the functions' archives and the services' images for an environment."""
    require_known(name, known_environments())
    path = artifacts.build_services(Layout.current(), name)
    done(f"The artifacts of {name} are in {path}")
