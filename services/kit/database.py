"""Connections to a PostgreSQL store that survive password rotations and server restarts.

Needs psycopg (`psycopg[binary,pool]`) and boto3 in the service's requirements.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

import boto3
import psycopg
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from psycopg_pool import AsyncConnectionPool

from kit import settings

if TYPE_CHECKING:
    Connection = psycopg.AsyncConnection[tuple[Any, ...]]
    Pool = AsyncConnectionPool[Connection]

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5
MIN_CONNECTIONS, MAX_CONNECTIONS = 2, 10
POOL_TIMEOUT_SECONDS = 3.0  # for a free connection, before a request fails
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.2, 2.0


class UnreachableError(RuntimeError):
    """Raised when no connection could be opened in time."""


class NoPasswordError(RuntimeError):
    """Raised while the secret has no password, before its first rotation."""


RECOVERABLE = (psycopg.OperationalError, NoPasswordError, BotoCoreError, ClientError)


@dataclass(frozen=True)
class Database:
    """The address of a store, and the secret with its credentials."""

    store: str
    host: str
    port: int
    name: str
    sslmode: str
    secret_arn: str
    client: Any
    """A Secrets Manager client."""

    @classmethod
    def from_environment(cls, store: str) -> Database:
        """Read the variables of *store*, its name in service.yaml; raises SettingError."""
        prefix = settings.prefix(store)
        config = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 4})
        return cls(
            store=store,
            host=settings.text(f"{prefix}_HOST"),
            port=settings.number(f"{prefix}_PORT"),
            name=settings.text(f"{prefix}_NAME"),
            sslmode=settings.text(f"{prefix}_SSLMODE", "require"),
            secret_arn=settings.text(f"{prefix}_SECRET_ARN"),
            client=boto3.client("secretsmanager", config=config),
        )

    async def arguments(self) -> dict[str, Any]:
        """Return psycopg's arguments of a new connection; raises NoPasswordError.

        The secret is not cached but read for each connection: a pool opens few of them, and the
        password may have been rotated.
        """
        answer = await asyncio.to_thread(self.client.get_secret_value, SecretId=self.secret_arn)
        secret = json.loads(answer["SecretString"])
        if not secret.get("password"):
            message = f"secret {self.secret_arn} has no password yet: its first rotation sets one"
            raise NoPasswordError(message)
        return {
            "host": self.host,
            "port": self.port,
            "dbname": self.name,
            "sslmode": self.sslmode,
            "user": secret["username"],
            "password": secret["password"],
            "connect_timeout": CONNECT_SECONDS,
            "autocommit": True,
            "application_name": settings.text("SERVICE_NAME", self.store),
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
                where = f"{database.host}:{database.port}/{database.name}"
                raise UnreachableError(
                    f"the {database.store} at {where} could not be opened within"
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
