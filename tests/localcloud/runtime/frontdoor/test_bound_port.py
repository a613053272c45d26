"""What a port promises about the application behind it."""

from __future__ import annotations

import aiohttp

from localcloud.runtime.frontdoor.bound_port import Site


async def test_what_an_application_did_not_expect_is_logged(unused_port, caplog):
    async def broken(_scope, _receive, _send):
        raise LookupError("nobody thought of this")

    site = Site("shop", unused_port(), broken)
    await site.open()
    try:
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"{site.url}/x") as answer,
        ):
            status = answer.status
    finally:
        await site.close()

    assert status == 500
    assert "shop: GET /x failed" in caplog.text
    assert "nobody thought of this" in caplog.text
