"""Readings by id, in MySQL on RDS: `python -m readings`.

PUT /readings/{id}   {"text": "..."}   role reader
GET /readings/{id}                     role reader
"""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import Annotated

from fastapi import FastAPI, Path, Request
from kit import mysql, roles, serve
from kit.asgi import Guard
from kit.errors import HttpError
from kit.fastapi import handle_errors
from pydantic import BaseModel, Field

HEALTH = "/health"
SELECT = "SELECT text FROM readings WHERE id = %s"
REPLACE = "REPLACE INTO readings (id, text) VALUES (%s, %s)"

Id = Annotated[str, Path(max_length=100)]


class Reading(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


def create() -> Guard:
    """Return the application behind its role check."""
    app = FastAPI(title="readings", openapi_url=None)
    app.state.connections = mysql.Connections(mysql.Database.from_environment("meters"))
    app.get(HEALTH)(health)
    app.put("/readings/{reading_id}")(write)
    app.get("/readings/{reading_id}")(read)
    handle_errors(app)
    return Guard(app, roles.route_roles(), open_paths=frozenset({HEALTH}))


async def health() -> dict[str, str]:
    """Health check of the target group."""
    return {"status": "ok"}


def write(request: Request, reading_id: Id, reading: Reading) -> Reading:
    """Create or replace a reading; FastAPI runs it in a thread."""
    connections: mysql.Connections = request.app.state.connections
    with connections.cursor() as cursor:
        cursor.execute(REPLACE, [reading_id, reading.text])
    return reading


def read(request: Request, reading_id: Id) -> Reading:
    """Return a reading."""
    connections: mysql.Connections = request.app.state.connections
    with connections.cursor() as cursor:
        cursor.execute(SELECT, [reading_id])
        row = cursor.fetchone()
    if row is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no reading {reading_id!r}")
    return Reading(text=row[0])


if __name__ == "__main__":
    sys.exit(serve.main(create))
