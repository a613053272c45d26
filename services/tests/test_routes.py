"""The routes in each service.yaml match the handlers in the code."""

import json
from pathlib import Path

import pytest
from kit.testing import routes

from spec.reading import load_service
from spec.variables import of_spec

SERVICES = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "file", sorted(SERVICES.glob("*/service.yaml")), ids=lambda file: file.parent.name
)
def test_the_code_handles_the_routes_of_its_description(file):
    spec = load_service(file)
    described = {routes.key(m, route.path) for route in spec.routes for m in route.methods}
    if not described:
        pytest.skip("no routes")
    open_paths = {f"GET {getattr(spec.compute, 'health_check', '')}"}
    variables = {name: "1" for name, _ in of_spec(spec)}
    variables |= {"LOG_LEVEL": "INFO", "SERVICE_CALLERS": "{}"}
    variables["ROUTE_ROLES"] = json.dumps(
        {f"{m} {route.path}": route.auth for route in spec.routes for m in route.methods}
    )

    try:
        handled = routes.handled(file.parent, modules(spec), variables)
    except routes.NoApplicationError as error:
        pytest.skip(str(error))

    assert handled - open_paths == described


def modules(spec):
    """Return the modules that may contain the application of a service."""
    handler = getattr(spec.compute, "handler", None)
    if handler:
        return [handler.rpartition(".")[0]]
    command = spec.compute.command
    package = command[command.index("-m") + 1] if "-m" in command else spec.name
    return [f"{package}.app", package]
