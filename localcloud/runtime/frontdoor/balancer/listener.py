"""The ASGI application that serves one listener."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
from botocore.exceptions import BotoCoreError, ClientError

from localcloud.names import listener_port_name
from localcloud.runtime.frontdoor.asgi import send_response
from localcloud.runtime.frontdoor.balancer.actions import (
    FixedResponse,
    Forward,
    JwtValidation,
    Redirect,
)
from localcloud.runtime.frontdoor.balancer.headers import forwarded_request_headers
from localcloud.runtime.frontdoor.balancer.metrics import RequestMeter
from localcloud.runtime.frontdoor.balancer.proxied_request import (
    ERROR_PAGES,
    UNAVAILABLE,
    ProxiedRequest,
)
from localcloud.runtime.frontdoor.balancer.redirects import RequestUrl, location
from localcloud.runtime.frontdoor.balancer.request_view import RequestView
from localcloud.runtime.frontdoor.balancer.rules import matching_rule
from localcloud.runtime.frontdoor.balancer.stickiness import (
    GROUP_COOKIE,
    TARGET_COOKIE,
    cookie_header,
    read_cookie,
)
from localcloud.runtime.frontdoor.invalid_requests import invalid_request
from localcloud.runtime.frontdoor.token_verifier import (
    InvalidTokenError,
    bearer_token,
    challenge_text,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from localcloud.off import NotRunning
    from localcloud.runtime.frontdoor.asgi import RawHeaders, Receive, Scope, Send
    from localcloud.runtime.frontdoor.balancer.actions import Action
    from localcloud.runtime.frontdoor.balancer.rules import Rule
    from localcloud.runtime.frontdoor.balancer.target_group import TargetGroup
    from localcloud.runtime.frontdoor.token_verifier import TokenVerifier

_LOG = logging.getLogger(__name__)

UNREADABLE = (aiohttp.ClientError, BotoCoreError, ClientError, TimeoutError, OSError)
NOT_FOUND, UNAUTHORIZED = 404, 401
LOCAL = frozenset({"127.0.0.1", "localhost"})
TARGET_COOKIE_SECONDS = 86_400


@dataclass(frozen=True)
class Listener:
    """A listener and its rules."""

    arn: str
    balancer: str
    protocol: str
    port: int
    """The declared port; the local port differs."""
    rules: tuple[Rule, ...] = ()
    idle_timeout_seconds: float = 60

    @property
    def bound_port(self) -> str:
        """Key of its local port in ports.json."""
        return listener_port_name(self.balancer, self.port)


@dataclass
class ListenerApp:
    """Serves one listener; *listener* may be replaced between requests."""

    listener: Listener
    target_groups: Mapping[str, TargetGroup]
    local_ports: Mapping[int, int]
    """Local port of each declared port of the load balancer."""
    http: aiohttp.ClientSession
    tokens: TokenVerifier
    not_running: Callable[[], NotRunning]
    """Services that do not run on this machine."""
    reasons: Callable[[TargetGroup], Awaitable[str]] | None = None
    """Why a target group has no target on this machine."""
    _timeouts: dict[float, aiohttp.ClientTimeout] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        meter = RequestMeter(self.listener)
        send = meter.watched(send)
        action: Action | None = None
        try:
            if found := invalid_request(scope):
                headers = [(b"content-type", b"text/plain")]
                await send_response(send, found.status, f"{found.reason}\n".encode(), headers)
            else:
                action = await self._answer(scope, receive, send, meter)
        finally:
            meter.finished(action)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, meter: RequestMeter
    ) -> Action | None:
        request = RequestView(scope)
        rule = matching_rule(self.listener.rules, request)
        if rule is None:
            await send_response(send, NOT_FOUND)
            return None
        for action in rule.actions:
            if isinstance(action, JwtValidation):
                refusal = await self._refusal(action, request)
                if refusal is not None:
                    await _refuse(send, refusal)
                    return action
            elif isinstance(action, Forward):
                await self._forward(action, request, (scope, receive, send), meter)
                return action
            elif isinstance(action, Redirect):
                await self._redirect(action, request, send)
                return action
            else:
                await _fixed(action, send)
                return action
        return None

    async def _refusal(self, action: JwtValidation, request: RequestView) -> str | None:
        """Return why the request is rejected: empty without a token; None if it is allowed."""
        token = bearer_token(request.header("authorization"))
        if token is None:
            return ""
        try:
            claims = await self.tokens.claims(action.issuer, token)
        except InvalidTokenError as error:
            return str(error)
        broken = [rule.name for rule in action.claims if not rule.is_satisfied_by(claims)]
        return f"the claim {broken[0]} is not accepted" if broken else None

    async def _forward(
        self,
        action: Forward,
        request: RequestView,
        call: tuple[Scope, Receive, Send],
        meter: RequestMeter,
    ) -> None:
        scope, receive, send = call
        cookies: RawHeaders = []
        arn = self._group(action, request, cookies)
        target_group = self.target_groups.get(arn or "")
        if target_group is None:
            await send_response(
                send, UNAVAILABLE, ERROR_PAGES[UNAVAILABLE], [(b"content-type", b"text/html")]
            )
            return
        service = target_group.settings.service
        if not target_group.has_healthy and service in (not_running := self.not_running()):
            meter.not_run()
            await _not_run(not_running.message(service), send)
            return
        if not target_group.has_healthy and (reason := await self._reason(target_group)):
            meter.not_run()
            await _not_run(reason, send)
            return
        preferred = None
        if target_group.settings.sticky:
            preferred = (
                target_group.healthy(read_cookie(request, TARGET_COOKIE) or "")
                or target_group.pick()
            )
            if preferred is not None:
                cookies.append(
                    cookie_header(TARGET_COOKIE, preferred.address, TARGET_COOKIE_SECONDS)
                )
        port = scope["server"][1] if scope.get("server") else self.listener.port
        headers = forwarded_request_headers(
            scope["headers"], request.source_ip, scope["scheme"], port
        )
        proxied = ProxiedRequest(self.http, scope, receive, send)
        try:
            await proxied.run(
                target_group, headers, self._timeout(), preferred=preferred, cookies=cookies
            )
        finally:
            meter.proxied(target_group, proxied)

    async def _reason(self, target_group: TargetGroup) -> str:
        """Return why *target_group* has no target on this machine; '' if that is not known."""
        if self.reasons is None:
            return ""
        try:
            return await self.reasons(target_group)
        except UNREADABLE as error:
            _LOG.info("the reason is not known: %r", error)
            return ""

    def _group(self, action: Forward, request: RequestView, cookies: RawHeaders) -> str | None:
        if not action.sticky_seconds:
            return action.round_robin.next()
        arn = read_cookie(request, GROUP_COOKIE)
        if arn not in action.round_robin.names:
            arn = action.round_robin.next()
        if arn is not None:
            cookies.append(cookie_header(GROUP_COOKIE, arn, action.sticky_seconds))
        return arn

    def _timeout(self) -> aiohttp.ClientTimeout:
        seconds = self.listener.idle_timeout_seconds
        if seconds not in self._timeouts:
            limit = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=seconds)
            self._timeouts[seconds] = limit
        return self._timeouts[seconds]

    async def _redirect(self, action: Redirect, request: RequestView, send: Send) -> None:
        origin = RequestUrl(
            protocol=self.listener.protocol,
            host=request.host,
            port=self.listener.port,
            path=request.path,
            query=request.query,
        )
        # The URL of another name is complete: `LocalLocations` knows its local address.
        address = location(action, origin, self.local_ports if request.host in LOCAL else {})
        await send_response(send, action.status, b"", [(b"location", address.encode("latin-1"))])


async def _not_run(reason: str, send: Send) -> None:
    headers = [(b"content-type", b"text/plain")]
    await send_response(send, UNAVAILABLE, f"{reason}\n".encode(), headers)


async def _fixed(action: FixedResponse, send: Send) -> None:
    headers = [(b"content-type", action.content_type.encode())] if action.body else []
    await send_response(send, action.status, action.body, headers)


async def _refuse(send: Send, why: str) -> None:
    challenge = "Bearer"
    if why:
        challenge = f'Bearer error="invalid_token", error_description="{challenge_text(why)}"'
    header = (b"www-authenticate", challenge.encode())
    await send_response(send, UNAUTHORIZED, b"", [header])
