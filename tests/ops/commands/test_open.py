"""`bulkhead open` prints where the console is."""

import json
import socket

import pytest

from localcloud.ports import HOST, claim


@pytest.fixture
def listening(layout):
    """A console that accepts connections, over one service."""
    layout.run.mkdir(parents=True)
    (layout.run / "catalogue.json").write_text(json.dumps({"services": {"orders": {}}}))
    with socket.create_server((HOST, claim(layout, "console"))) as server:
        yield server


def test_the_url_of_the_console_is_printed(bulkhead, layout, listening):
    port = claim(layout, "console")

    assert bulkhead("open")[:2] == (0, f"http://127.0.0.1:{port}/\n")
    assert bulkhead("open", "orders")[1] == f"http://127.0.0.1:{port}/logs?service=orders\n"


def test_an_unknown_service_is_refused_with_the_known_ones(bulkhead, listening):
    code, _, complaint = bulkhead("open", "unknown")

    assert code == 1
    assert "Write one of: orders" in complaint


def test_a_stopped_local_cloud_says_how_to_start_it(bulkhead, layout):
    code, _, complaint = bulkhead("open")

    assert code == 1
    assert "bulkhead up" in complaint
