"""Network load balancers forward connections."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from localcloud.runtime.frontdoor.balancer.target_group import TargetState
from tests.localcloud.runtime.frontdoor.balancer.listener_rules import GROUP, OTHER, forward


@asynccontextmanager
async def tcp_server(name):
    """Answer each line with *name*, and say goodbye when the client has sent everything."""

    async def answer(reader, writer):
        while line := await reader.readline():
            writer.write(name + b" " + line)
        writer.write(b"bye\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def talk(port, *lines):
    """Send lines; return all that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.writelines(lines)
    writer.write_eof()
    async with asyncio.timeout(5):
        found = await reader.read()
    writer.close()
    return found


async def test_a_connection_is_forwarded_both_ways_until_both_sides_have_ended(open_door):
    async with tcp_server(b"one") as address, open_door() as served:
        await served.group(address, check_protocol="TCP")
        await served.healthy(address)
        port = await served.listen_tcp(forward())

        found = await talk(port, b"a\n", b"b\n")

    assert found == b"one a\none b\nbye\n"


async def test_connections_take_turns_among_groups_by_their_weights(open_door):
    async with tcp_server(b"one") as one, tcp_server(b"two") as two, open_door() as served:
        for arn, address in ((GROUP, one), (OTHER, two)):
            await served.group(address, arn=arn, check_protocol="TCP")
            await served.healthy(address, arn=arn)
        weights = [
            {"TargetGroupArn": GROUP, "Weight": 3},
            {"TargetGroupArn": OTHER, "Weight": 1},
        ]
        port = await served.listen_tcp(forward(TargetGroups=weights))

        found = [await talk(port, b"x\n") for _ in range(4)]

    assert sorted(answer.split()[0] for answer in found) == [b"one", b"one", b"one", b"two"]


async def test_a_target_that_takes_no_connections_is_unhealthy_and_the_next_is_tried(open_door):
    async with tcp_server(b"one") as address, open_door() as served:
        closed = "127.0.0.1:1"
        await served.group(address, closed, check_protocol="TCP", unhealthy_threshold=1)
        await served.healthy(address)
        await served.state(TargetState.UNHEALTHY, closed)
        port = await served.listen_tcp(forward())

        answers = [await talk(port, b"x\n") for _ in range(3)]

    assert answers == [b"one x\nbye\n"] * 3


async def test_without_a_healthy_target_any_is_tried(open_door):
    async with tcp_server(b"one") as address, open_door() as served:
        await served.group(address, check_path="/", unhealthy_threshold=1)  # it is no HTTP server
        await served.state(TargetState.UNHEALTHY, address)
        port = await served.listen_tcp(forward())

        found = await talk(port, b"x\n")

    assert found == b"one x\nbye\n"


@pytest.mark.parametrize("targets", [(), ("127.0.0.1:1",)])
async def test_without_a_target_the_connection_is_closed(open_door, targets):
    async with open_door() as served:
        await served.group(*targets, check_protocol="TCP")
        port = await served.listen_tcp(forward())

        assert await talk(port) == b""


async def test_a_listener_that_is_deleted_is_not_served_and_ends_its_connections(open_door):
    async with tcp_server(b"one") as address, open_door() as served:
        await served.group(address, check_protocol="TCP")
        await served.healthy(address)
        port = await served.listen_tcp(forward())
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x\n")
        assert await reader.readline() == b"one x\n"

        served.network = []
        await served.apply()

        assert await reader.read() in (b"", b"bye\n")
        with pytest.raises(OSError, match=r"refused|Connect"):
            await asyncio.open_connection("127.0.0.1", port)
        writer.close()


async def test_an_idle_connection_is_closed(open_door):
    async with tcp_server(b"one") as address, open_door() as served:
        await served.group(address, check_protocol="TCP")
        await served.healthy(address)
        port = await served.listen_tcp(forward())  # its idle timeout is a second
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async with asyncio.timeout(5):
            await reader.read()
        writer.close()


async def test_a_connection_that_only_one_side_uses_is_not_idle(open_door):
    async with tcp_server(b"one") as address, open_door() as served:
        await served.group(address, check_protocol="TCP")
        await served.healthy(address)
        port = await served.listen_tcp(forward(), idle=0.4)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        for _ in range(4):
            writer.write(b"")
            await asyncio.sleep(0.25)
            writer.write(b"x")  # no whole line: nothing comes back
        writer.write(b"\n")
        answer = await reader.readline()
        writer.close()

    assert answer == b"one xxxx\n"
