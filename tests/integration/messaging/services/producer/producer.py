"""Publishes numbered events: `python -m producer`.

POST /numbers   {"first": 0, "count": 100}   an event for each number, on each channel
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from kit import database, outbox, roles, serve
from kit.asgi import Guard
from kit.fastapi import handle_errors
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

HEALTH = "/health"
EVENTS = ("on-topic", "on-bus", "on-stream")
SUBJECTS = 10
INSERT = "INSERT INTO numbers (number) VALUES (%s) ON CONFLICT DO NOTHING RETURNING number"


class Numbers(BaseModel):
    """A range of numbers."""

    first: int
    count: int


@contextlib.asynccontextmanager
async def _connections(app: FastAPI) -> AsyncGenerator[None]:
    pool = database.pool(database.Database.from_environment("numbers"))
    await pool.open(wait=True, timeout=30)
    app.state.pool = pool
    yield
    await pool.close()


def create() -> Guard:
    """Return the application behind its role check."""
    app = FastAPI(title="producer", lifespan=_connections, openapi_url=None)
    app.get(HEALTH)(health)
    app.post("/numbers")(publish)
    handle_errors(app)
    return Guard(app, roles.route_roles(), open_paths=frozenset({HEALTH}))


async def health() -> dict[str, str]:
    """Health check of the target group."""
    return {"status": "ok"}


async def publish(request: Request, numbers: Numbers) -> Numbers:
    """Publish an event for each number, on each channel, once."""
    pool: database.Pool = request.app.state.pool
    for number in range(numbers.first, numbers.first + numbers.count):
        async with pool.connection() as connection, connection.transaction():
            if await (await connection.execute(INSERT, [number])).fetchone() is None:
                continue
            for event in EVENTS:
                subject = f"numbers/{event}/{number % SUBJECTS}"
                await outbox.add(connection, event, subject=subject, data={"number": number})
    return numbers


if __name__ == "__main__":
    sys.exit(serve.main(create))
