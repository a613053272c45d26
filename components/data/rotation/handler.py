"""Rotates the password of a database user in the four steps of Secrets Manager.

It is the alternating-users strategy: while clients are connected as one user, the other one gets a
new password, which is tested before the secret's current version changes. No connection breaks.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import re
import secrets as randomness
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"
USER_SUFFIXES = ("_a", "_b")
CONNECT_SECONDS = 10
PASSWORD_BYTES = 36
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
PASSWORD = re.compile(r"[A-Za-z0-9_-]{32,}")

log = logging.getLogger(__name__)


class Connection(Protocol):
    """A database connection."""

    def run(self, sql: str, **values: object) -> object:
        """Execute a statement and return its rows."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class RotationError(Exception):
    """Raised when a step fails; Secrets Manager retries the rotation."""


@dataclass(frozen=True)
class Rotation:
    """One rotation of one secret."""

    secrets: Any
    """Secrets Manager client."""

    connect: Callable[[Mapping[str, Any]], Connection]
    """Connects with the given credentials."""

    secret_id: str
    """ARN or name of the secret."""

    token: str
    """Client request token: ID of the new version."""

    def create(self) -> None:
        """Write a new password for the user that is not current, as the pending version."""
        current = self._read(CURRENT)
        if self._pending() is not None:
            return  # an earlier attempt wrote it
        owner = current.get("owner", current["username"])
        renewed = {
            **current,
            "owner": owner,
            "username": owner + _next_suffix(owner, current["username"]),
            "password": randomness.token_urlsafe(PASSWORD_BYTES),
        }
        self.secrets.put_secret_value(
            SecretId=self.secret_id,
            ClientRequestToken=self.token,
            SecretString=json.dumps(renewed),
            VersionStages=[PENDING],
        )

    def set(self) -> None:
        """Set the pending password in the database."""
        pending = self._required_pending()
        master = json.loads(
            self.secrets.get_secret_value(SecretId=pending["masterarn"])["SecretString"]
        )
        credentials = {**pending, "username": master["username"], "password": master["password"]}
        connection = self.connect(credentials)
        try:
            ensure_user(
                connection,
                owner=pending["owner"],
                user=pending["username"],
                password=pending["password"],
                dbname=pending["dbname"],
            )
        finally:
            connection.close()

    def test(self) -> None:
        """Connect with the pending credentials."""
        connection = self.connect(self._required_pending())
        try:
            connection.run("SELECT 1")
        finally:
            connection.close()

    def finish(self) -> None:
        """Make the pending version the current one."""
        stages = self.secrets.describe_secret(SecretId=self.secret_id)["VersionIdsToStages"]
        current = next((version for version, has in stages.items() if CURRENT in has), None)
        if current != self.token:
            replaced = {} if current is None else {"RemoveFromVersionId": current}
            self.secrets.update_secret_version_stage(
                SecretId=self.secret_id,
                VersionStage=CURRENT,
                MoveToVersionId=self.token,
                **replaced,
            )
        if PENDING in stages.get(self.token, []):
            self.secrets.update_secret_version_stage(
                SecretId=self.secret_id, VersionStage=PENDING, RemoveFromVersionId=self.token
            )
        log.info("%s has new credentials", self.secret_id)

    def _read(self, stage: str, **version: str) -> dict[str, Any]:
        found = self.secrets.get_secret_value(
            SecretId=self.secret_id, VersionStage=stage, **version
        )
        return json.loads(found["SecretString"])

    def _pending(self) -> dict[str, Any] | None:
        try:
            return self._read(PENDING, VersionId=self.token)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException":
                raise
            return None

    def _required_pending(self) -> dict[str, Any]:
        pending = self._pending()
        if pending is None:
            raise RotationError(f"{self.secret_id} has no version {self.token}: create comes first")
        return pending


def _next_suffix(owner: str, username: str) -> str:
    first, second = USER_SUFFIXES
    return second if username == owner + first else first


def rotate(event: Mapping[str, str], rotation: Rotation) -> None:
    """Run the step in *event*."""
    described = rotation.secrets.describe_secret(SecretId=rotation.secret_id)
    stages = described["VersionIdsToStages"].get(rotation.token)
    if stages is None:
        raise RotationError(
            f"{rotation.secret_id} has no version {rotation.token}: start a rotation with"
            " rotate-secret"
        )
    if CURRENT in stages:
        log.info("step %s was completed before", event["Step"])
        return
    steps = {
        "createSecret": rotation.create,
        "setSecret": rotation.set,
        "testSecret": rotation.test,
        "finishSecret": rotation.finish,
    }
    if event["Step"] not in steps:
        raise RotationError(f"step {event['Step']!r} is unknown: use one of {', '.join(steps)}")
    steps[event["Step"]]()


def handler(event: Mapping[str, str], _context: object) -> None:
    """Run one step of a rotation; Secrets Manager invokes it."""
    client = boto3.client("secretsmanager")  # pyright: ignore[reportUnknownMemberType]
    rotate(event, Rotation(client, connect, event["SecretId"], event["ClientRequestToken"]))


def identifier(name: str) -> str:
    """Return *name* as a quoted SQL identifier; raises ValueError for other characters."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a valid name of a user or database: use a-z, 0-9 and _")
    return f'"{name}"'


def ensure_user(
    connection: Connection, *, owner: str, user: str, password: str, dbname: str
) -> None:
    """Create or alter the login role *user*, which acts as *owner* and creates objects for it."""
    if not PASSWORD.fullmatch(password):
        raise ValueError("the password must have 32 characters or more of A-Z, a-z, 0-9, _ and -")
    owns, logs_in, database = identifier(owner), identifier(user), identifier(dbname)
    for name, options in ((owner, "NOLOGIN"), (user, "LOGIN")):
        if not connection.run("SELECT 1 FROM pg_roles WHERE rolname = :name", name=name):
            connection.run(f"CREATE ROLE {identifier(name)} {options}")
    connection.run(f"ALTER ROLE {logs_in} LOGIN PASSWORD '{password}'")
    connection.run(f"GRANT {owns} TO {logs_in}")
    # The owner role owns all tables, whichever of the two users created them.
    connection.run(f"ALTER ROLE {logs_in} IN DATABASE {database} SET role = {owns}")
    connection.run(f"GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO {owns}")
    connection.run(f"GRANT USAGE, CREATE ON SCHEMA public TO {owns}")


def connect(credentials: Mapping[str, Any]) -> Connection:
    """Connect, with TLS if the server supports it."""
    native: Any = importlib.import_module("pg8000.native")  # installed in the archive only

    address: dict[str, Any] = {
        "user": credentials["username"],
        "password": credentials["password"],
        "host": credentials["host"],
        "port": int(credentials["port"]),
        "database": credentials["dbname"],
        "timeout": CONNECT_SECONDS,
    }
    # The certificate authority of RDS is not in the trust store; security groups limit the peers.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        return native.Connection(**address, ssl_context=context)
    except native.InterfaceError as error:
        if os.environ.get("DATABASE_SSLMODE") != "prefer" or "SSL" not in str(error):
            raise
        return native.Connection(**address)
