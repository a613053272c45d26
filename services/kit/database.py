"""Connections to a PostgreSQL store that survive password rotations and server restarts.

Needs psycopg (`psycopg[binary,pool]`) and boto3 in the service's requirements.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Self

import psycopg
from botocore.exceptions import BotoCoreError, ClientError
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

from kit import settings, tracing
from kit.store import CONNECT_SECONDS, NoPasswordError, Store, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg.abc import Query

    Connection = psycopg.AsyncConnection[tuple[Any, ...]]
    Pool = AsyncConnectionPool[Connection]

logger = logging.getLogger(__name__)

MIN_CONNECTIONS, MAX_CONNECTIONS = 2, 10
POOL_TIMEOUT_SECONDS = 3.0  # for a free connection, before a request fails
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.2, 2.0

RECOVERABLE = (psycopg.OperationalError, NoPasswordError, BotoCoreError, ClientError)


class Cursor(psycopg.AsyncCursor[Any]):
    """A cursor whose statements are spans."""

    database: ClassVar[Mapping[str, str | int]] = {}
    """Attributes of the spans."""

    async def execute(self, query: Query, *args: Any, **options: Any) -> Self:
        """Execute *query*, as psycopg does."""
        with tracing.statement(self._text(query), self.database):
            return await super().execute(query, *args, **options)

    async def executemany(self, query: Query, *args: Any, **options: Any) -> None:
        """Execute *query* once for each of the parameters, as psycopg does."""
        with tracing.statement(self._text(query), self.database):
            await super().executemany(query, *args, **options)

    def _text(self, query: Query) -> str:
        match query:
            case str():
                return query
            case bytes():
                return query.decode()
            case sql.Composable():
                return query.as_string(self)
            case _:  # a template string: its values stay out of the span
                return "%s".join(query.strings)


class Database(Store):
    """A PostgreSQL store."""

    @functools.cached_property
    def _cursor(self) -> type[Cursor]:
        return type("Cursor", (Cursor,), {"database": self.span_attributes("postgresql")})

    async def arguments(self) -> dict[str, Any]:
        """Return psycopg's arguments of a new connection; raises NoPasswordError."""
        return {
            **await asyncio.to_thread(self.credentials),
            "host": self.host,
            "port": self.port,
            "dbname": self.name,
            "sslmode": self.sslmode,
            "connect_timeout": CONNECT_SECONDS,
            "autocommit": True,
            "application_name": settings.text("SERVICE_NAME", self.store),
            "cursor_factory": self._cursor,
            # RDS Proxy pins a connection that has prepared statements to its client.
            "prepare_threshold": None,
        }


async def connect(database: Database, *, within_seconds: float) -> Connection:
    """Open one connection; the secret is read again for each attempt. Raises UnreachableError."""
    deadline = monotonic() + within_seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return await psycopg.AsyncConnection.connect(**await database.arguments())
        except RECOVERABLE as error:
            if monotonic() + pause > deadline:
                raise UnreachableError(
                    f"the {database.store} at {database.where} could not be opened within"
                    f" {within_seconds:.0f} s: {str(error).strip()}"
                ) from error
            reason = str(error).strip()
            logger.info("the database is not available yet", extra={"reason": reason})
        await asyncio.sleep(pause)
        pause = min(pause * 2, MAX_PAUSE_SECONDS)


def pool(database: Database) -> Pool:
    """Return a closed pool, which reads the secret for each connection that it opens.

    `check` costs a round trip per request, so that requests succeed after a server restart.
    """

    async def arguments() -> dict[str, Any]:
        try:
            return await database.arguments()
        except (NoPasswordError, BotoCoreError, ClientError) as error:
            # The pool retries only after psycopg's errors.
            raise psycopg.OperationalError(str(error)) from error

    return AsyncConnectionPool(
        kwargs=arguments,
        min_size=MIN_CONNECTIONS,
        max_size=MAX_CONNECTIONS,
        timeout=POOL_TIMEOUT_SECONDS,
        check=AsyncConnectionPool.check_connection,
        open=False,
        name=database.store,
    )
