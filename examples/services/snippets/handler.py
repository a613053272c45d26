"""Snippets by id, for half an hour, in a Memcached cluster.

PUT /snippets/{id}   {"text": "..."}   role reader
GET /snippets/{id}                     role reader
"""

from __future__ import annotations

import functools
import ssl
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from kit import settings
from kit.errors import HttpError
from kit.powertools import HttpApiResolver
from pydantic import BaseModel, Field
from pymemcache.client.hash import HashClient  # type: ignore[import-untyped]

app = HttpApiResolver()

SECONDS = 1800
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


class Snippet(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


@functools.cache
def nodes() -> Any:
    """Return a client that distributes keys over the nodes, for all invocations of a process."""
    tls = settings.text("FAST_TLS", "true") == "true"
    return HashClient(
        settings.text("FAST_NODES").split(","),
        tls_context=ssl.create_default_context() if tls else None,
        connect_timeout=1,
        timeout=1,
        dead_timeout=1,
        use_pooling=True,
    )


@app.put("/snippets/<snippet_id>")
def write(snippet_id: Id, snippet: Snippet) -> Snippet:
    """Create or replace a snippet."""
    nodes().set(snippet_id, snippet.text.encode(), expire=SECONDS)
    return snippet


@app.get("/snippets/<snippet_id>")
def read(snippet_id: Id) -> Snippet:
    """Return a snippet."""
    text = nodes().get(snippet_id)
    if text is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no snippet {snippet_id!r}")
    return Snippet(text=text.decode())


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API."""
    return app.resolve(event, context)
