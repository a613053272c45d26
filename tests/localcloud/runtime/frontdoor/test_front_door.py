"""What the front door promises about its ports."""

from __future__ import annotations

import json
import socket

import aiohttp
import pytest

from localcloud.ports import claim


async def test_addresses_are_published_with_what_they_stand_for(open_door, tmp_path):
    async with open_door() as served:
        url = await served.listen(port=443, protocol="HTTPS")

        published = json.loads((tmp_path / "run" / "frontdoor.json").read_text())

    assert published["listeners"] == {
        "listener/443": {"url": url, "loadBalancer": "shop", "port": 443, "protocol": "HTTPS"}
    }


async def test_a_port_in_use_is_named_with_its_listener_and_served_once_it_is_free(open_door):
    async with open_door() as served:
        port = claim(served.door.layout, "listener-shop-80")
        with socket.socket() as other:
            other.bind(("127.0.0.1", port))
            other.listen()
            with pytest.raises(KeyError):
                await served.listen()
            has_port_conflicts = served.door.problems

        await served.apply()
        async with served.client.get(f"http://127.0.0.1:{port}") as answer:
            status = answer.status
        after = served.door.problems

    assert len(has_port_conflicts) == 1
    assert f"port {port} " in has_port_conflicts[0]
    assert "listener-shop-80" in has_port_conflicts[0]
    assert (status, after) == (404, [])


async def test_a_port_in_use_is_forgotten_with_its_listener(open_door):
    async with open_door() as served:
        port = claim(served.door.layout, "listener-shop-80")
        with socket.socket() as other:
            other.bind(("127.0.0.1", port))
            other.listen()
            with pytest.raises(KeyError):
                await served.listen()
        before = served.door.has_port_conflicts

        served.listeners.clear()
        await served.apply()

    assert (before, served.door.has_port_conflicts, served.door.problems) == (True, False, [])


async def test_a_removed_listener_is_not_served_any_more(open_door):
    async with open_door() as served:
        url = await served.listen()
        served.listeners.clear()
        await served.apply()

        with pytest.raises(aiohttp.ClientConnectorError):
            await served.client.get(url)
