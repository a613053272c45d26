"""Sessions by id, for half an hour, in a Valkey cache.

PUT /sessions/{id}   {"text": "..."}   role reader
GET /sessions/{id}                     role reader
"""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from kit import elasticache
from kit.errors import HttpError
from kit.powertools import HttpApiResolver
from pydantic import BaseModel, Field

app = HttpApiResolver()

SECONDS = 1800
Id = Annotated[str, Path(max_length=100)]


class Session(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


@functools.cache
def memory() -> Any:
    """Return the cache; one client for all invocations of a process."""
    return elasticache.blocking_client("memory")


@app.put("/sessions/<session_id>")
def write(session_id: Id, session: Session) -> Session:
    """Create or replace a session."""
    memory().set(session_id, session.text, ex=SECONDS)
    return session


@app.get("/sessions/<session_id>")
def read(session_id: Id) -> Session:
    """Return a session."""
    text = memory().get(session_id)
    if text is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no session {session_id!r}")
    return Session(text=text.decode())


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API."""
    return app.resolve(event, context)
