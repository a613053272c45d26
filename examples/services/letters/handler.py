"""Letters by id, in an S3 bucket.

PUT /letters/{id}   {"text": "..."}   role reader
GET /letters/{id}                     role reader
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


class Letter(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=100_000)]


@functools.cache
def bucket() -> Any:
    """Return the bucket; one client for all invocations of a process."""
    return boto3.resource("s3").Bucket(settings.text("ENVELOPES_BUCKET"))


@app.put("/letters/<letter_id>")
def write(letter_id: Id, letter: Letter) -> Letter:
    """Create or replace a letter; the bucket keeps the previous version."""
    bucket().put_object(Key=letter_id, Body=letter.text.encode(), ContentType="text/plain")
    return letter


@app.get("/letters/<letter_id>")
def read(letter_id: Id) -> Letter:
    """Return a letter."""
    s3 = bucket().meta.client
    try:
        found = s3.get_object(Bucket=bucket().name, Key=letter_id)
    except s3.exceptions.NoSuchKey as error:
        text = f"there is no letter {letter_id!r}"
        raise HttpError(HTTPStatus.NOT_FOUND, text) from error
    return Letter(text=found["Body"].read().decode())


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API."""
    return app.resolve(event, context)
