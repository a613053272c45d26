"""Calls of other services, in the name of this one.

    catalog = calls.client("catalog")
    item = catalog.get("/catalog/lamp", caller=app.caller).json()

    catalog = calls.async_client("catalog", session)             # in coroutines; needs aiohttp
    item = (await catalog.get("/catalog/lamp", caller=caller)).json()

A call ends with a response below 500 or with a CallError, in time for the request that it is part
of; it is retried if it is idempotent, refused at once while the service keeps failing or has too
many calls in progress, and counted (docs/resilience.md).

`calls.headers("loans", caller)` are the headers for a client of your own: tokens, correlation ID
and deadline. The token of this service comes from AWS STS, is valid for five minutes and is renewed
in time. In a coroutine, use `await calls.headers_async(...)`, which does not block the event loop.
Needs boto3; for an `auth: service` route of a container, the callee needs `pyjwt[crypto]`.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import math
import os
import threading
import time
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from kit import correlation, settings
from kit.callers import USER_TOKEN
from kit.resilience import deadline
from kit.resilience.callee import MAX_CONCURRENCY, TIMEOUT_MS, Callee, Limits
from kit.resilience.client import Client
from kit.resilience.errors import (
    BulkheadFullError,
    CallError,
    CircuitOpenError,
    DeadlineExceededError,
    ErrorResponseError,
    NoResponseError,
)
from kit.resilience.usage import counted

if TYPE_CHECKING:
    import datetime as dt

    import aiohttp

    from kit.resilience.async_client import AsyncClient
    from kit.roles import Caller

__all__ = [
    "BulkheadFullError",
    "CallError",
    "CircuitOpenError",
    "DeadlineExceededError",
    "ErrorResponseError",
    "NoResponseError",
    "NoTokenError",
    "async_client",
    "client",
    "counted",
    "headers",
    "headers_async",
    "url",
]

logger = logging.getLogger(__name__)

TOKEN_SECONDS = 300
RENEWAL_SECONDS = 60  # before a token expires, so that it is valid when it arrives
ALGORITHM = "RS256"  # the only one that load balancers verify


class NoTokenError(CallError):
    """Raised when AWS STS returns no token for a call."""

    def __init__(self, audience: str, reason: str) -> None:
        """Say for which *audience* there is no token."""
        super().__init__(audience.partition(".")[0], f"no token for {audience}: {reason}")


@functools.cache
def client(service: str) -> Client:
    """Return the client of *service*, which is in this service's `calls`; one for all threads.

    Raises SettingError.
    """
    return Client(_callee(service), url(service), functools.partial(headers, service))


def async_client(service: str, session: aiohttp.ClientSession) -> AsyncClient:
    """Return the client of *service* for coroutines; it sends through *session*.

    Raises SettingError.
    """
    from kit.resilience.async_client import AsyncClient  # noqa: PLC0415 - functions have no aiohttp

    return AsyncClient(
        _callee(service), url(service), functools.partial(headers_async, service), session
    )


@functools.cache
def _callee(service: str) -> Callee:
    name = settings.prefix(service)
    limits = Limits(
        timeout_ms=settings.number(f"{name}_TIMEOUT_MS", TIMEOUT_MS),
        max_concurrency=settings.number(f"{name}_MAX_CONCURRENCY", MAX_CONCURRENCY),
    )
    return Callee(service, limits)


def url(service: str) -> str:
    """Return the base URL of *service*, which is in this service's `calls`."""
    return settings.text(f"{settings.prefix(service)}_URL").rstrip("/")


def headers(service: str, caller: Caller | None = None) -> dict[str, str]:
    """Return IDs, deadline and tokens for a call of *service*; raises NoTokenError.

    A callee that takes no tokens of services gets the user's token as Authorization.
    """
    found: dict[str, str] = {}
    if correlation_id := correlation.current.get():
        found[correlation.HEADER] = correlation_id
    found |= correlation.outgoing()
    if math.isfinite(remaining := deadline.remaining()):
        found[deadline.HEADER] = deadline.milliseconds(remaining)
    audience = _audience(service)
    of_user = "" if caller is None else caller.token
    if audience:
        found["authorization"] = f"Bearer {_token(audience).text()}"
        if of_user:
            found[USER_TOKEN] = of_user
    elif of_user:
        found["authorization"] = f"Bearer {of_user}"
    return found


async def headers_async(service: str, caller: Caller | None = None) -> dict[str, str]:
    """Return what `headers` does; a token is fetched in a thread."""
    audience = _audience(service)
    if audience and _token(audience).is_due():
        return await asyncio.to_thread(headers, service, caller)
    return headers(service, caller)


def _audience(service: str) -> str:
    return os.environ.get(f"{settings.prefix(service)}_AUDIENCE", "")


class _Token:
    """This service's token for one audience."""

    def __init__(self, audience: str) -> None:
        self._audience = audience
        self._text = ""
        self._expires = 0.0
        self._lock = threading.Lock()

    def is_due(self) -> bool:
        """Return whether the token has to be fetched."""
        return time.time() > self._expires - RENEWAL_SECONDS

    def text(self) -> str:
        """Return a valid token; raises NoTokenError."""
        if self.is_due():
            with self._lock:
                if self.is_due():
                    self._renew()
        return self._text

    def _renew(self) -> None:
        try:
            answer = _sts().get_web_identity_token(
                Audience=[self._audience],
                SigningAlgorithm=ALGORITHM,
                DurationSeconds=TOKEN_SECONDS,
            )
        except (BotoCoreError, ClientError) as error:
            if time.time() < self._expires:
                logger.warning("a token was not renewed", extra={"reason": str(error)})
                return
            raise NoTokenError(self._audience, str(error)) from error
        expires: dt.datetime = answer["Expiration"]
        self._text, self._expires = answer["WebIdentityToken"], expires.timestamp()


@functools.cache
def _token(audience: str) -> _Token:
    return _Token(audience)


@functools.cache
def _sts() -> Any:
    config = Config(connect_timeout=2, read_timeout=3, retries={"max_attempts": 3})
    region = os.environ.get("AWS_REGION")  # the API has no global endpoint
    return boto3.client("sts", region_name=region, config=config)
