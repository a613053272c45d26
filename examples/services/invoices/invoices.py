"""Invoices by id, in PostgreSQL on RDS behind a proxy: `python -m invoices`.

PUT /invoices/{id}   {"text": "..."}   role reader
GET /invoices/{id}                     role reader
"""

from __future__ import annotations

import contextlib
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI, Path, Request
from kit import database, roles, serve
from kit.asgi import Guard
from kit.errors import HttpError
from kit.fastapi import handle_errors
from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

HEALTH = "/health"
OPEN_WITHIN_SECONDS = 30.0
SELECT = "SELECT text FROM invoices WHERE id = %s"
UPSERT = """
INSERT INTO invoices (id, text) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET text = excluded.text
"""

Id = Annotated[str, Path(max_length=100)]


class Invoice(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


@contextlib.asynccontextmanager
async def _connections(app: FastAPI) -> AsyncGenerator[None]:
    pool = database.pool(database.Database.from_environment("books"))
    await pool.open(wait=True, timeout=OPEN_WITHIN_SECONDS)
    app.state.pool = pool
    yield
    await pool.close()


def create() -> Guard:
    """Return the application behind its role check."""
    app = FastAPI(title="invoices", lifespan=_connections, openapi_url=None)
    app.get(HEALTH)(health)
    app.put("/invoices/{invoice_id}")(write)
    app.get("/invoices/{invoice_id}")(read)
    handle_errors(app)
    return Guard(app, roles.route_roles(), open_paths=frozenset({HEALTH}))


async def health() -> dict[str, str]:
    """Health check of the target group."""
    return {"status": "ok"}


async def write(request: Request, invoice_id: Id, invoice: Invoice) -> Invoice:
    """Create or replace an invoice."""
    pool: database.Pool = request.app.state.pool
    async with pool.connection() as connection:
        await connection.execute(UPSERT, [invoice_id, invoice.text])
    return invoice


async def read(request: Request, invoice_id: Id) -> Invoice:
    """Return an invoice."""
    pool: database.Pool = request.app.state.pool
    async with pool.connection() as connection:
        row = await (await connection.execute(SELECT, [invoice_id])).fetchone()
    if row is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no invoice {invoice_id!r}")
    return Invoice(text=row[0])


if __name__ == "__main__":
    sys.exit(serve.main(create))
