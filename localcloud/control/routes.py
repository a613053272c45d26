"""The control plane's internal routes, below `/_bulkhead/`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PREFIX = "/_bulkhead/"


@dataclass(frozen=True)
class Request:
    """A request to a route."""

    path: tuple[str, ...]
    """The groups of the route's pattern."""
    query: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the body, a JSON object."""
        found = json.loads(self.body or b"{}")
        if not isinstance(found, dict):
            raise TypeError(f"the body must be a JSON object, not a {type(found).__name__}")
        return found


class Routes:
    """Dispatches requests by method and path."""

    def __init__(self) -> None:
        """Start without routes."""
        self._table: list[tuple[str, re.Pattern[str], Callable[[Request], Any]]] = []

    def add(self, method: str, pattern: str, answer: Callable[[Request], Any]) -> None:
        """Answer *method* on *pattern* with the return value of *answer*, bytes or JSON."""
        self._table.append((method, re.compile(PREFIX + pattern), answer))

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        status, body = self._answer(environ)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        headers = [("Content-Type", kind), ("Content-Length", str(len(raw)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [raw]

    def _answer(self, environ: dict[str, Any]) -> tuple[HTTPStatus, Any]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        for wanted, pattern, answer in self._table:
            match = pattern.fullmatch(path)
            if wanted != method or match is None:
                continue
            query = {k: v[-1] for k, v in parse_qs(environ.get("QUERY_STRING", "")).items()}
            size = int(environ.get("CONTENT_LENGTH") or 0)
            request = Request(match.groups(), query, environ["wsgi.input"].read(size))
            try:
                return HTTPStatus.OK, answer(request)
            except FileNotFoundError as error:
                return HTTPStatus.NOT_FOUND, {"error": str(error)}
            except (ValueError, KeyError, TypeError) as error:
                found = f"{type(error).__name__}: {error}"
                return HTTPStatus.BAD_REQUEST, {"error": f"{method} {path}: {found}"}
        return HTTPStatus.NOT_FOUND, {"error": f"no such route: {method} {path}"}
