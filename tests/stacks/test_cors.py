"""The CORS configuration that services ask for."""

from __future__ import annotations

from types import SimpleNamespace

from spec.model import Entrance
from spec.service import ServiceSpec
from stacks.cors import of_catalogue
from tests.stacks.descriptions import FUNCTION


def catalogue(**asked):
    services = {}
    for name, (methods, cors) in asked.items():
        routes = [{"path": f"/{name}", "methods": methods, "auth": "clerk"}]
        about = {**FUNCTION, "name": name, "routes": routes, "cors": cors}
        services[name] = ServiceSpec.model_validate(about)
    return SimpleNamespace(services=services)


def test_without_a_service_that_asks_no_origin_is_allowed():
    assert of_catalogue(catalogue(bills=(["GET"], None))) is None


def test_what_several_services_ask_for_is_joined():
    found = of_catalogue(
        catalogue(
            bills=(["GET"], {"origins": ["https://b.test"], "headers": ["X-Trace"]}),
            notes=(["PUT", "GET"], {"origins": ["https://a.test", "https://b.test"]}),
            parts=(["DELETE"], None),
        )
    )

    assert found is not None
    assert found.origins == ["https://a.test", "https://b.test"]
    assert found.headers == ["authorization", "content-type", "x-trace"]
    assert found.methods == ["GET", "PUT"]


def test_only_functions_are_on_the_api():
    service = SimpleNamespace(
        cors=SimpleNamespace(origins=["https://a.test"], headers=[]),
        compute=SimpleNamespace(ENTRANCE=Entrance.LOAD_BALANCER),
    )

    assert of_catalogue(SimpleNamespace(services={"shop": service})) is None
