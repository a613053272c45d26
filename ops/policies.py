"""The pack configuration of an environment, with the exemptions of its services' public routes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from components.routing.paths import slug
from ops.errors import CommandError
from ops.folders import existing
from policy.check.document import InputError
from policy.engine.settings import NEVER, SETTINGS
from policy.environments import configuration as platform_configuration
from spec.catalogue import load_catalogue
from spec.faults import SpecError
from spec.service import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spec.catalogue import Catalogue

PUBLIC_ROUTE = "apigatewayv2-route-authorized"
"""The rule that a public route breaks."""


def configuration(environment: str) -> dict[str, Any]:
    """Return the pack configuration of *environment*, in CrossGuard's format."""
    try:
        found = platform_configuration(environment)
        found[SETTINGS]["exemptions"] += public_routes(load_catalogue(existing(environment)))
    except (InputError, SpecError) as error:
        raise CommandError(str(error)) from error
    return found


def public_routes(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """Yield the exemption of each public route: its reason and owner are in `service.yaml`."""
    for spec in catalogue.services.values():
        for route in spec.routes:
            for method in route.methods if route.auth == PUBLIC else ():
                name = f"{spec.name}-routes-{method.lower()}-{slug(route.path)}"
                yield {
                    "rule": PUBLIC_ROUTE,
                    "resource": f"aws:apigatewayv2/route:Route::{name}",
                    "reason": route.exemption,
                    "owner": spec.owner,
                    "expires": NEVER,
                    "mayBeUnused": True,
                }


def write(file: Path, environment: str) -> None:
    """Write the pack configuration of *environment* to *file*."""
    _write(file, as_json(environment))


def write_for_programs(file: Path, environment: str) -> None:
    """Write the pack configuration for programs of others, without our own exemptions."""
    try:
        found = platform_configuration(environment)
    except InputError as error:
        raise CommandError(str(error)) from error
    found[SETTINGS]["exemptions"] = []
    _write(file, json.dumps(found, indent=2) + "\n")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def as_json(environment: str) -> str:
    """Return the pack configuration of *environment* as JSON."""
    return json.dumps(configuration(environment), indent=2) + "\n"
