"""Drafts by id, as files of an EFS file system.

PUT /drafts/{id}   {"text": "..."}   role reader
GET /drafts/{id}                     role reader
"""

from __future__ import annotations

import os
import uuid
from http import HTTPStatus
from pathlib import Path as File
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from kit import settings
from kit.errors import HttpError
from kit.powertools import HttpApiResolver
from pydantic import BaseModel, Field

app = HttpApiResolver()

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


class Draft(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


def folder() -> File:
    """Return the folder of the drafts."""
    return File(settings.text("FOLDER_PATH"))


@app.put("/drafts/<draft_id>")
def write(draft_id: Id, draft: Draft) -> Draft:
    """Create or replace a draft; readers see the former one until it is complete."""
    unfinished = folder() / f".{uuid.uuid4().hex}"
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(draft.text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder() / draft_id)
    return draft


@app.get("/drafts/<draft_id>")
def read(draft_id: Id) -> Draft:
    """Return a draft."""
    try:
        return Draft(text=(folder() / draft_id).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no draft {draft_id!r}") from error


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API."""
    return app.resolve(event, context)
