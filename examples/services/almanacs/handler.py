"""Almanacs by id, in an Aurora PostgreSQL cluster with automatic pause.

PUT /almanacs/{id}   {"text": "..."}   role reader
GET /almanacs/{id}                     role reader

Each request opens a connection and closes it: an open one would keep the cluster from pausing.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated, Any, LiteralString

from aws_lambda_powertools.event_handler.openapi.params import Path
from kit import database
from kit.errors import HttpError
from kit.powertools import HttpApiResolver
from pydantic import BaseModel, Field

app = HttpApiResolver()

RESUME_SECONDS = 20.0
TABLE = "CREATE TABLE IF NOT EXISTS almanacs (id text PRIMARY KEY, text text NOT NULL)"
SELECT = "SELECT text FROM almanacs WHERE id = %s"
UPSERT = """
INSERT INTO almanacs (id, text) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET text = excluded.text
RETURNING text
"""

Id = Annotated[str, Path(max_length=100)]


class Almanac(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


async def first(statement: LiteralString, values: list[str]) -> str | None:
    """Return the text of the first row of a statement."""
    store = database.Database.from_environment("years")
    async with await database.connect(store, within_seconds=RESUME_SECONDS) as connection:
        await connection.execute(TABLE)
        row = await (await connection.execute(statement, values)).fetchone()
    return None if row is None else row[0]


@app.put("/almanacs/<almanac_id>")
def write(almanac_id: Id, almanac: Almanac) -> Almanac:
    """Create or replace an almanac."""
    asyncio.run(first(UPSERT, [almanac_id, almanac.text]))
    return almanac


@app.get("/almanacs/<almanac_id>")
def read(almanac_id: Id) -> Almanac:
    """Return an almanac."""
    text = asyncio.run(first(SELECT, [almanac_id]))
    if text is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no almanac {almanac_id!r}")
    return Almanac(text=text)


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API."""
    return app.resolve(event, context)
