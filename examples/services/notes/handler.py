"""Notes by id, in a DynamoDB table.

PUT /notes/{id}   {"text": "..."}   role reader
GET /notes/{id}                     role reader
"""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import Annotated, Any

import boto3
from aws_lambda_powertools.event_handler.openapi.params import Path
from kit import settings
from kit.errors import HttpError
from kit.powertools import HttpApiResolver
from pydantic import BaseModel, Field

app = HttpApiResolver()

Id = Annotated[str, Path(max_length=100)]


class Note(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


@functools.cache
def table() -> Any:
    """Return the table; one client for all invocations of a process."""
    return boto3.resource("dynamodb").Table(settings.text("PAGES_TABLE"))


@app.put("/notes/<note_id>")
def write(note_id: Id, note: Note) -> Note:
    """Create or replace a note."""
    table().put_item(Item={"id": note_id, "text": note.text})
    return note


@app.get("/notes/<note_id>")
def read(note_id: Id) -> Note:
    """Return a note."""
    item = table().get_item(Key={"id": note_id}).get("Item")
    if item is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no note {note_id!r}")
    return Note(text=item["text"])


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API."""
    return app.resolve(event, context)
