"""The ASGI application that serves one listener."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp

from localcloud.runtime.frontdoor.asgi import answer
from localcloud.runtime.frontdoor.balancer.actions import (
    FixedResponse,
    Forward,
    JwtValidation,
    Redirect,
)
from localcloud.runtime.frontdoor.balancer.headers import to_target
from localcloud.runtime.frontdoor.balancer.proxied_request import PAGES, UNAVAILABLE, Exchange
from localcloud.runtime.frontdoor.balancer.redirects import Origin, location
from localcloud.runtime.frontdoor.balancer.request_view import Facts
from localcloud.runtime.frontdoor.balancer.rules import deciding
from localcloud.runtime.frontdoor.balancer.stickiness import (
    GROUP_COOKIE,
    TARGET_COOKIE,
    remember,
    remembered,
)
from localcloud.runtime.frontdoor.token_verifier import InvalidTokenError, bearer, described

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.frontdoor.asgi import RawHeaders, Receive, Scope, Send
    from localcloud.runtime.frontdoor.balancer.rules import Rule
    from localcloud.runtime.frontdoor.balancer.target_group import Pool
    from localcloud.runtime.frontdoor.token_verifier import Tokens

_LOG = logging.getLogger(__name__)

NOT_FOUND, UNAUTHORIZED = 404, 401
TARGET_COOKIE_SECONDS = 86_400


@dataclass(frozen=True)
class Listener:
    """A listener and its rules."""

    arn: str
    balancer: str
    protocol: str
    port: int
    """The declared port; the one in use here is another."""
    rules: tuple[Rule, ...] = ()
    idle_timeout_seconds: float = 60

    @property
    def site(self) -> str:
        """The name under which its local port is remembered."""
        return f"listener-{self.balancer}-{self.port}"


@dataclass
class ListenerApp:
    """Answers the requests to one listener; *listener* may be replaced between two of them."""

    listener: Listener
    pools: Mapping[str, Pool]
    local_ports: Mapping[int, int]
    """The local port of each declared port of the load balancer."""
    http: aiohttp.ClientSession
    tokens: Tokens
    _timeouts: dict[float, aiohttp.ClientTimeout] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        facts = Facts(scope)
        rule = deciding(self.listener.rules, facts)
        if rule is None:
            await answer(send, NOT_FOUND)
            return
        for action in rule.actions:
            if isinstance(action, JwtValidation):
                refusal = await self._refusal(action, facts)
                if refusal is not None:
                    await _refuse(send, refusal)
                    return
            elif isinstance(action, Forward):
                await self._forward(action, facts, (scope, receive, send))
                return
            elif isinstance(action, Redirect):
                await self._redirect(action, facts, send)
                return
            else:
                await _fixed(action, send)
                return

    async def _refusal(self, action: JwtValidation, facts: Facts) -> str | None:
        """Return why the request may not pass: empty if it brings no token; None if it may."""
        token = bearer(facts.header("authorization"))
        if token is None:
            return ""
        try:
            claims = await self.tokens.claims(action.issuer, token)
        except InvalidTokenError as error:
            return str(error)
        broken = [rule.name for rule in action.claims if not rule.holds(claims)]
        return f"the claim {broken[0]} is not accepted" if broken else None

    async def _forward(
        self, action: Forward, facts: Facts, call: tuple[Scope, Receive, Send]
    ) -> None:
        scope, receive, send = call
        cookies: RawHeaders = []
        arn = self._group(action, facts, cookies)
        pool = self.pools.get(arn or "")
        if pool is None:
            await answer(send, UNAVAILABLE, PAGES[UNAVAILABLE], [(b"content-type", b"text/html")])
            return
        preferred = None
        if pool.settings.sticky:
            preferred = pool.healthy(remembered(facts, TARGET_COOKIE) or "") or pool.pick()
            if preferred is not None:
                cookies.append(remember(TARGET_COOKIE, preferred.address, TARGET_COOKIE_SECONDS))
        port = scope["server"][1] if scope.get("server") else self.listener.port
        headers = to_target(scope["headers"], facts.source_ip, scope["scheme"], port)
        exchange = Exchange(self.http, scope, receive, send)
        await exchange.run(pool, headers, self._timeout(), preferred=preferred, cookies=cookies)

    def _group(self, action: Forward, facts: Facts, cookies: RawHeaders) -> str | None:
        if not action.sticky_seconds:
            return action.turns.next()
        arn = remembered(facts, GROUP_COOKIE)
        if arn not in action.turns.names:
            arn = action.turns.next()
        if arn is not None:
            cookies.append(remember(GROUP_COOKIE, arn, action.sticky_seconds))
        return arn

    def _timeout(self) -> aiohttp.ClientTimeout:
        seconds = self.listener.idle_timeout_seconds
        if seconds not in self._timeouts:
            limit = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=seconds)
            self._timeouts[seconds] = limit
        return self._timeouts[seconds]

    async def _redirect(self, action: Redirect, facts: Facts, send: Send) -> None:
        origin = Origin(
            protocol=self.listener.protocol,
            host=facts.host,
            port=self.listener.port,
            path=facts.path,
            query=facts.query,
        )
        address = location(action, origin, self.local_ports)
        await answer(send, action.status, b"", [(b"location", address.encode("latin-1"))])


async def _fixed(action: FixedResponse, send: Send) -> None:
    headers = [(b"content-type", action.content_type.encode())] if action.body else []
    await answer(send, action.status, action.body, headers)


async def _refuse(send: Send, why: str) -> None:
    challenge = "Bearer"
    if why:
        challenge = f'Bearer error="invalid_token", error_description="{described(why)}"'
    header = (b"www-authenticate", challenge.encode())
    await answer(send, UNAUTHORIZED, b"", [header])
