"""Visits by id, in Aurora MySQL.

PUT /visits/{id}   {"text": "..."}   role reader
GET /visits/{id}                     role reader
"""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from kit import mysql
from kit.errors import HttpError
from kit.powertools import HttpApiResolver
from pydantic import BaseModel, Field

app = HttpApiResolver()

TABLE = """
CREATE TABLE IF NOT EXISTS visits (id varchar(100) PRIMARY KEY, text varchar(1000) NOT NULL)
"""
SELECT = "SELECT text FROM visits WHERE id = %s"
REPLACE = "REPLACE INTO visits (id, text) VALUES (%s, %s)"

Id = Annotated[str, Path(max_length=100)]


class Visit(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


@functools.cache
def connections() -> mysql.Connections:
    """Return the connection of this process; a function without migrations makes its table."""
    made = mysql.Connections(mysql.Database.from_environment("doors"))
    with made.cursor() as cursor:
        cursor.execute(TABLE)
    return made


@app.put("/visits/<visit_id>")
def write(visit_id: Id, visit: Visit) -> Visit:
    """Create or replace a visit."""
    with connections().cursor() as cursor:
        cursor.execute(REPLACE, [visit_id, visit.text])
    return visit


@app.get("/visits/<visit_id>")
def read(visit_id: Id) -> Visit:
    """Return a visit."""
    with connections().cursor() as cursor:
        cursor.execute(SELECT, [visit_id])
        row = cursor.fetchone()
    if row is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no visit {visit_id!r}")
    return Visit(text=row[0])


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API."""
    return app.resolve(event, context)
