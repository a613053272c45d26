"""Rejects cross-origin requests."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from localcloud.origin_check import rejection_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def guarded(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Return a WSGI application that passes only allowed requests to *application*."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = (environ.get(f"HTTP_{name}") for name in ("HOST", "ORIGIN", "SEC_FETCH_SITE"))
        if message := rejection_reason(*headers):
            return _reject(start_response, HTTPStatus.FORBIDDEN, message)
        return application(environ, start_response)

    return answer


def _reject(
    start_response: Callable[..., Any], status: HTTPStatus, message: str
) -> Iterable[bytes]:
    body = json.dumps({"message": message}).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
