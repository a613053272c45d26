"""The database user's name and password, which change while the service runs."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from kit import settings

CONNECT_SECONDS = 5


class NoPasswordError(RuntimeError):
    """Raised while the secret is described but its first password is not written yet."""


@dataclass(frozen=True)
class Database:
    """Where the ledger is, and who may open it."""

    host: str
    port: int
    name: str
    sslmode: str
    secret_arn: str
    client: Any
    """Of Secrets Manager."""

    @classmethod
    def from_environment(cls) -> Database:
        """Read the variables of the store `ledger`; raises SettingError."""
        config = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 4})
        return cls(
            host=settings.text("LEDGER_HOST"),
            port=settings.number("LEDGER_PORT"),
            name=settings.text("LEDGER_NAME"),
            sslmode=settings.text("LEDGER_SSLMODE", "require"),
            secret_arn=settings.text("LEDGER_SECRET_ARN"),
            client=boto3.client("secretsmanager", config=config),
        )

    async def arguments(self) -> dict[str, Any]:
        """Return how to open a connection now; raises NoPasswordError.

        The secret is read for each connection and never kept: a pool opens few of them, and what
        was right for the last one may have been rotated since.
        """
        answer = await asyncio.to_thread(self.client.get_secret_value, SecretId=self.secret_arn)
        secret = json.loads(answer["SecretString"])
        if not secret.get("password"):
            message = f"secret {self.secret_arn} holds no password yet: its rotation writes one"
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
            "application_name": "orders",
        }
