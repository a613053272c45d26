"""Tickets by id, for half an hour, in a sharded Valkey cache on nodes.

PUT /tickets/{id}   {"text": "..."}   role reader
GET /tickets/{id}                     role reader
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


class Ticket(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


@functools.cache
def desk() -> Any:
    """Return the cache; one client for all invocations of a process."""
    return elasticache.blocking_client("desk")


@app.put("/tickets/<ticket_id>")
def write(ticket_id: Id, ticket: Ticket) -> Ticket:
    """Create or replace a ticket."""
    desk().set(ticket_id, ticket.text, ex=SECONDS)
    return ticket


@app.get("/tickets/<ticket_id>")
def read(ticket_id: Id) -> Ticket:
    """Return a ticket."""
    text = desk().get(ticket_id)
    if text is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no ticket {ticket_id!r}")
    return Ticket(text=text.decode())


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API."""
    return app.resolve(event, context)
