"""A front door that serves what a test declares, and targets that answer."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from localcloud.layout import Layout
from localcloud.runtime.frontdoor.balancer.listener import Listener
from localcloud.runtime.frontdoor.balancer.rules import rules
from localcloud.runtime.frontdoor.balancer.target_group import TargetGroupSettings, TargetState
from localcloud.runtime.frontdoor.configuration import Configuration, DeclaredTargetGroup
from localcloud.runtime.frontdoor.front_door import FrontDoor
from localcloud.runtime.frontdoor.token_verifier import TokenVerifier

if TYPE_CHECKING:
    from localcloud.names import Names

ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool"
GROUP = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/orders/1"


class Lines:
    """Takes the place of the access logs."""

    def __init__(self):
        self.lines = []

    def add(self, group, text):
        self.lines.append((group, text))


@dataclass
class Issued:
    """A user pool: publishes its key, signs tokens."""

    key: rsa.RSAPrivateKey
    kid: str = "first"
    fetched: int = 0
    hosts: list = field(default_factory=list)

    def token(self, kid=None, **claims):
        now = int(time.time())
        content = {"iss": ISSUER, "exp": now + 60, "sub": "someone", **claims}
        content = {name: value for name, value in content.items() if value is not None}
        headers = {"kid": kid or self.kid}
        return jwt.encode(content, self.key, algorithm="RS256", headers=headers)

    async def publish(self, request):
        self.fetched += 1
        self.hosts.append(request.headers["Host"])
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return web.json_response({"keys": [{**public, "kid": self.kid, "use": "sig"}]})


@dataclass
class Served:
    """A front door with the clients to try it."""

    door: FrontDoor
    client: aiohttp.ClientSession
    lines: Lines
    listeners: list = field(default_factory=list)
    groups: dict = field(default_factory=dict)
    apis: list = field(default_factory=list)
    names: Names | None = None
    urls: list = field(default_factory=list)
    network: list = field(default_factory=list)

    async def listen(self, *described, port=80, protocol="HTTP", idle=60):
        listener = Listener(f"listener/{port}", "shop", protocol, port, rules(described), idle)
        self.listeners = [one for one in self.listeners if one.port != port] + [listener]
        await self.apply()
        return self.door._listeners[f"listener/{port}"][0].url

    async def listen_tcp(self, *described, port=5000, idle=1):
        listener = Listener(f"network/{port}", "net", "TCP", port, rules(described), idle)
        self.network = [listener]
        await self.apply()
        return self.door._network[listener.arn][0].port

    async def group(self, *addresses, arn=GROUP, **settings):
        chosen = {"interval_seconds": 0.1, "timeout_seconds": 0.5, "check_path": "/health"}
        known = TargetGroupSettings(arn, arn.split("/")[1], **{**chosen, **settings})
        self.groups[arn] = DeclaredTargetGroup(known, tuple(addresses))
        await self.apply()

    async def serve_api(self, api):
        self.apis = [api]
        await self.apply()
        return self.door._apis[api.api_id][0].url

    async def serve_function_url(self, url):
        self.urls = [url]
        await self.apply()
        return self.door._function_urls[url.bound_port][0].url

    async def apply(self):
        configuration = Configuration(
            listeners=tuple(self.listeners),
            groups=tuple(self.groups.values()),
            apis=tuple(self.apis),
            network_listeners=tuple(self.network),
            function_urls=tuple(self.urls),
            names=self.names,
        )
        await self.door.apply(configuration)

    async def healthy(self, *addresses, arn=GROUP):
        await self.state(TargetState.HEALTHY, *addresses, arn=arn)

    async def state(self, state, *addresses, arn=GROUP):
        async with asyncio.timeout(5):
            targets = self.door.target_groups[arn].targets
            while not all(a in targets and targets[a].state is state for a in addresses):
                await asyncio.sleep(0.01)


@asynccontextmanager
async def server(handler):
    """Serve every request with *handler*; give the address."""
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    bound_port = web.TCPSite(runner, "127.0.0.1", 0)
    await bound_port.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"{host}:{port}"
    finally:
        await runner.cleanup()


async def conversation(url, sent):
    """Send bytes; return all that comes back until the front door closes the connection."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    async with asyncio.timeout(5):
        received = await reader.read()
    writer.close()
    return received


def echo(name):
    """Answer with what arrived."""

    async def handler(request):
        body = await request.text() if request.can_read_body else ""
        return web.json_response(
            {
                "name": name,
                "path": request.path_qs,
                "method": request.method,
                "headers": {k.lower(): v for k, v in request.headers.items()},
                "body": body,
            }
        )

    return handler


@pytest.fixture(scope="session")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def user_pool(key):
    return Issued(key)


@pytest.fixture
def open_door(tmp_path, user_pool):
    """Give a front door; functions answer through *invoke*."""

    @asynccontextmanager
    async def opened(invoke=None):
        async with (
            server(user_pool.publish) as aws,
            server(invoke or echo("workers")) as workers,
            aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            ) as http,
            aiohttp.ClientSession() as client,
        ):
            lines = Lines()
            tokens = TokenVerifier(http, f"http://{aws}")
            layout = Layout(tmp_path)
            door = FrontDoor(layout, http, tokens, lines, f"http://{workers}", f"http://{aws}")
            try:
                yield Served(door, client, lines)
            finally:
                await door.close()

    return opened


@pytest.fixture
def targets():
    """The servers behind load balancers."""
    return {"server": server, "echo": echo}


@pytest.fixture
def converse():
    """Talk to the front door byte by byte."""
    return conversation


@pytest.fixture
def unused_port():
    """Give ports that nothing listens on."""

    def chosen():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    return chosen
