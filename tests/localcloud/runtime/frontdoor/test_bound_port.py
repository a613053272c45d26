"""What a port promises about the application behind it."""

from __future__ import annotations

import aiohttp

from localcloud.runtime.frontdoor.bound_port import BoundPort


async def test_what_an_application_did_not_expect_is_logged(unused_port, caplog):
    async def broken(_scope, _receive, _send):
        raise LookupError("nobody thought of this")

    bound_port = BoundPort("shop", unused_port(), broken)
    await bound_port.open()
    try:
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"{bound_port.url}/x") as answer,
        ):
            status = answer.status
    finally:
        await bound_port.close()

    assert status == 500
    assert "shop: GET /x failed" in caplog.text
    assert "nobody thought of this" in caplog.text
