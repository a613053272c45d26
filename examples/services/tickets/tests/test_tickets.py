"""What is written can be read."""

import json
from pathlib import Path

import pytest
from kit.testing.events import request

from localcloud.engines.servers import Servers
from localcloud.layout import Layout

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/tickets/{id}"


@pytest.fixture
def ask(import_fresh, aws, monkeypatch, tmp_path):
    servers = Servers(Layout(tmp_path), start_here=True)
    users = {"tickets": "on nopass ~* &* +@all -@admin -@dangerous"}
    endpoint = servers.create("valkey", "desk", {"cluster": True, "users": users})
    variables = {
        "HOST": endpoint.host,
        "PORT": str(endpoint.port),
        "TLS": "false",
        "CLUSTER": "true",
        "ARN": "arn:aws:elasticache:eu-west-1:000000000000:replicationgroup:desk",
        "USER": "tickets",
        "AUTH": "iam",
    }
    for part, value in variables.items():
        monkeypatch.setenv(f"DESK_{part}", value)
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    service = import_fresh("handler", SERVICE)

    def send(method, ticket, body=None):
        event = request(method, f"/tickets/{ticket}", route=ROUTE, body=body, roles=("reader",))
        answer = service.handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    yield send
    service.desk().close()
    servers.stop()


def test_a_ticket_is_kept(ask):
    written = ask("PUT", "a", {"text": "first"})

    assert written == ask("GET", "a") == (200, {"text": "first"})
    assert ask("GET", "b") == (404, {"message": "there is no ticket 'b'"})
