"""Connections to the ledger that outlive a rotated password and a restarted server."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

import psycopg
from botocore.exceptions import BotoCoreError, ClientError
from psycopg_pool import AsyncConnectionPool

from orders.secret import NoPasswordError

if TYPE_CHECKING:
    from orders.secret import Database

    Connection = psycopg.AsyncConnection[tuple[Any, ...]]
    Pool = AsyncConnectionPool[Connection]

logger = logging.getLogger(__name__)

FEWEST, MOST = 2, 10
LONGEST_WAIT_SECONDS = 3.0  # for a free connection, before a request is refused
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 2.0
RECOVERABLE = (psycopg.OperationalError, NoPasswordError, BotoCoreError, ClientError)


class UnreachableError(RuntimeError):
    """Raised when the ledger could not be opened in time."""


async def connect(database: Database, *, within_seconds: float) -> Connection:
    """Open one connection, with the secret read anew for each try; raises UnreachableError."""
    deadline = time.monotonic() + within_seconds
    pause = FIRST_PAUSE
    while True:
        try:
            return await psycopg.AsyncConnection.connect(**await database.arguments())
        except RECOVERABLE as error:
            if time.monotonic() + pause > deadline:
                where = f"{database.host}:{database.port}/{database.name}"
                raise UnreachableError(
                    f"the ledger at {where} could not be opened within {within_seconds:.0f} s:"
                    f" {str(error).strip()}"
                ) from error
            logger.info("the ledger is not open yet", extra={"reason": str(error).strip()})
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def pool(database: Database) -> Pool:
    """Return a closed pool; a connection that could not be opened is tried with a new secret.

    `check` costs a round trip for each request and saves it when the server was restarted.
    """

    async def arguments() -> dict[str, Any]:
        try:
            return await database.arguments()
        except (NoPasswordError, BotoCoreError, ClientError) as error:
            # The pool tries again after errors of the database alone.
            raise psycopg.OperationalError(str(error)) from error

    return AsyncConnectionPool(
        kwargs=arguments,
        min_size=FEWEST,
        max_size=MOST,
        timeout=LONGEST_WAIT_SECONDS,
        check=AsyncConnectionPool.check_connection,
        open=False,
        name="ledger",
    )
