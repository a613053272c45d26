"""What is written can be read."""

import json
import shutil
from pathlib import Path

import pytest
from kit.testing.events import request

from localcloud.engines.servers import Servers
from localcloud.layout import Layout

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/snippets/{id}"

pytestmark = pytest.mark.skipif(
    shutil.which("memcached") is None, reason="memcached is not on PATH"
)


@pytest.fixture
def ask(import_fresh, monkeypatch, tmp_path):
    servers = Servers(Layout(tmp_path), start_here=True)
    nodes = [servers.create("memcached", f"node-{number}", {}) for number in (1, 2)]
    monkeypatch.setenv("FAST_NODES", ",".join(f"{one.host}:{one.port}" for one in nodes))
    monkeypatch.setenv("FAST_TLS", "false")
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    service = import_fresh("handler", SERVICE)

    def send(method, snippet, body=None):
        event = request(method, f"/snippets/{snippet}", route=ROUTE, body=body, roles=("reader",))
        answer = service.handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    yield send
    service.nodes().close()
    servers.stop()


def test_a_snippet_is_kept(ask):
    written = ask("PUT", "a", {"text": "first"})

    assert written == ask("GET", "a") == (200, {"text": "first"})
    assert ask("GET", "b") == (404, {"message": "there is no snippet 'b'"})
