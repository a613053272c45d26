"""What the front door tells about itself, and whom."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from localcloud.runtime.frontdoor.admin import AdminApp

HERE = (b"host", b"127.0.0.1:4566")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([HERE], 200),
        ([HERE, (b"origin", b"https://somewhere.example")], 403),
        ([(b"host", b"rebound.example")], 403),
    ],
)
async def test_only_this_machine_is_told(headers, status):
    sent = []

    async def send(message):
        sent.append(message)

    door = SimpleNamespace(applied=1, problems=[])
    scope = {"path": "/health", "headers": headers}
    await AdminApp(door)(scope, None, send)  # type: ignore[arg-type]

    assert sent[0]["status"] == status
