"""The address of a relational store, and the secret with its credentials. Needs boto3."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

import boto3
from botocore.config import Config

from kit import settings

CONNECT_SECONDS = 5


class UnreachableError(RuntimeError):
    """Raised when no connection could be opened in time."""


class NoPasswordError(RuntimeError):
    """Raised while the secret has no password, before its first rotation."""


@dataclass(frozen=True)
class Store:
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
    def from_environment(cls, store: str) -> Self:
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

    @property
    def where(self) -> str:
        """Host, port and name of the database, for messages."""
        return f"{self.host}:{self.port}/{self.name}"

    def span_attributes(self, system: str) -> dict[str, str | int]:
        """Return what spans of statements say about the database, of the kind *system*."""
        return {
            "db.system": system,
            "db.name": self.name,
            "net.peer.name": self.host,
            "net.peer.port": self.port,
        }

    def credentials(self) -> dict[str, str]:
        """Return `user` and `password` for a new connection; raises NoPasswordError.

        The secret is not cached but read for each connection: a service opens few of them, and the
        password may have been rotated.
        """
        answer = self.client.get_secret_value(SecretId=self.secret_arn)
        secret = json.loads(answer["SecretString"])
        if not secret.get("password"):
            message = f"secret {self.secret_arn} has no password yet: its first rotation sets one"
            raise NoPasswordError(message)
        return {"user": secret["username"], "password": secret["password"]}
