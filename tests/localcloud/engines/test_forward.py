"""Connections through a proxy."""

import asyncio
import json

from localcloud.engines.forward import HOST, Forwarder


async def echo(reader, writer):
    writer.write(await reader.readline())
    await writer.drain()
    writer.close()


def lead_to(state, port, **settings):
    state.write_text(json.dumps({"settings": {"target_port": port, **settings}}))


async def forwarding(state):
    server = await asyncio.start_server(Forwarder(state).serve, HOST, 0)
    return server, server.sockets[0].getsockname()[1]


async def test_a_connection_waits_for_its_database_and_then_reaches_it(tmp_path):
    state = tmp_path / "desired.json"
    lead_to(state, None)
    proxy, port = await forwarding(state)
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(b"hello\n")

    database = await asyncio.start_server(echo, HOST, 0)
    lead_to(state, database.sockets[0].getsockname()[1])

    async with asyncio.timeout(5):
        assert await reader.read() == b"hello\n"
    writer.close()
    proxy.close()
    database.close()


async def test_a_connection_without_a_database_is_closed_when_the_borrow_timeout_is_over(tmp_path):
    state = tmp_path / "desired.json"
    lead_to(state, None, borrow_seconds=0)
    proxy, port = await forwarding(state)

    reader, writer = await asyncio.open_connection(HOST, port)

    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()
    proxy.close()
