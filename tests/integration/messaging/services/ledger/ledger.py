"""Serves the counts: `python -m ledger`.

GET /counts   how many events have had how many effects
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from kit import database, roles, serve
from kit.asgi import Guard
from kit.fastapi import handle_errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

HEALTH = "/health"


@contextlib.asynccontextmanager
async def _connections(app: FastAPI) -> AsyncGenerator[None]:
    pool = database.pool(database.Database.from_environment("totals"))
    await pool.open(wait=True, timeout=30)
    app.state.pool = pool
    yield
    await pool.close()


def create() -> Guard:
    """Return the application behind its role check."""
    app = FastAPI(title="ledger", lifespan=_connections, openapi_url=None)
    app.get(HEALTH)(health)
    app.get("/counts")(counts)
    handle_errors(app)
    return Guard(app, roles.route_roles(), open_paths=frozenset({HEALTH}))


async def health() -> dict[str, str]:
    """Health check of the target group."""
    return {"status": "ok"}


async def counts(request: Request) -> dict[str, int]:
    """Return the number of effects of each event."""
    pool: database.Pool = request.app.state.pool
    async with pool.connection() as connection:
        rows = await (await connection.execute("SELECT event, effects FROM counts")).fetchall()
    return dict(rows)


if __name__ == "__main__":
    sys.exit(serve.main(create))
