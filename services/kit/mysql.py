"""Connections to a MySQL or MariaDB store that survive password rotations and server restarts.

Needs PyMySQL and boto3 in the service's requirements.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any, ClassVar

import pymysql
import pymysql.cursors
from botocore.exceptions import BotoCoreError, ClientError

from kit import tracing
from kit.store import CONNECT_SECONDS, NoPasswordError, Store, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.2, 2.0
RECOVERABLE = (pymysql.OperationalError, NoPasswordError, BotoCoreError, ClientError)


class Cursor(pymysql.cursors.Cursor):
    """A cursor whose statements are spans."""

    database: ClassVar[Mapping[str, str | int]] = {}
    """Attributes of the spans."""

    def execute(self, query: str, args: Any = None) -> int:
        """Execute *query*, as PyMySQL does."""
        with tracing.statement(query, self.database):
            return super().execute(query, args)


class Database(Store):
    """A MySQL or MariaDB store."""

    @functools.cached_property
    def _cursor(self) -> type[Cursor]:
        return type("Cursor", (Cursor,), {"database": self.span_attributes("mysql")})

    def open(self) -> pymysql.Connection[Any]:
        """Open a connection in autocommit mode; raises one of RECOVERABLE."""
        return pymysql.connect(
            **self.credentials(),
            host=self.host,
            port=self.port,
            database=self.name,
            connect_timeout=CONNECT_SECONDS,
            autocommit=True,
            cursorclass=self._cursor,
            **self._tls(),
        )

    def _tls(self) -> dict[str, Any]:
        if self.sslmode != "require":
            return {"ssl_disabled": self.sslmode == "disable"}
        # As libpq's `require`: encrypted, without a check of the certificate.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return {"ssl": context}


def connect(database: Database, *, within_seconds: float) -> pymysql.Connection[Any]:
    """Open one connection; the secret is read again for each attempt. Raises UnreachableError."""
    deadline = time.monotonic() + within_seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return database.open()
        except RECOVERABLE as error:
            if time.monotonic() + pause > deadline:
                raise UnreachableError(
                    f"the {database.store} at {database.where} could not be opened within"
                    f" {within_seconds:.0f} s: {error}"
                ) from error
            logger.info("the database is not available yet", extra={"reason": str(error)})
        time.sleep(pause)
        pause = min(pause * 2, MAX_PAUSE_SECONDS)


class Connections:
    """A connection per thread: opened on first use, kept between uses, replaced if broken."""

    def __init__(self, database: Database) -> None:
        """Connect to *database*."""
        self._database = database
        self._of_thread = threading.local()

    @contextlib.contextmanager
    def cursor(self) -> Generator[Any]:
        """Yield a cursor of the thread's connection."""
        kept: pymysql.Connection[Any] | None = getattr(self._of_thread, "kept", None)
        if kept is not None:
            try:
                kept.ping(reconnect=False)
            except pymysql.Error:
                kept = None
        if kept is None:
            kept = self._of_thread.kept = self._database.open()
        with kept.cursor() as cursor:
            yield cursor
