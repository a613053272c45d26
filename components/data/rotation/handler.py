"""Rotates the password of a database user in the four steps of Secrets Manager.

Users of services follow the alternating-users strategy: while clients are connected as one user,
the other one gets a new password, which is tested before the secret's current version changes. No
connection breaks. A secret without `masterarn` is a master user's, whom only this function connects
as: it follows the single-user strategy.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import re
import secrets as randomness
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"
USER_SUFFIXES = ("_a", "_b")
LOGIN_SECRET = "login-secret"  # noqa: S105 - the beginning of a tag's name
MASTER_SECRET = "master-secret"  # noqa: S105 - a tag's name
PASSWORD_BYTES = 36
ENGINES = {"postgres": "postgresql", "mysql": "mysql", "mariadb": "mysql"}
"""Engine in a secret to the module for it."""

PASSWORD = re.compile(r"[A-Za-z0-9_-]{32,}")

log = logging.getLogger(__name__)


class Connection(Protocol):
    """A database connection."""

    def run(self, sql: str) -> object:
        """Execute a statement and return its rows."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class Engine(Protocol):
    """How users of an engine connect and are created."""

    def connect(self, credentials: Mapping[str, Any], *, require_tls: bool) -> Connection:
        """Connect with *credentials*."""
        ...

    def ensure_user(self, connection: Connection, credentials: Mapping[str, str]) -> None:
        """Create or alter the login user in *credentials*."""
        ...

    def set_own_password(self, connection: Connection, credentials: Mapping[str, str]) -> None:
        """Set the password of the user in *credentials*, which is connected."""
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
        """Write a new password as the pending version, for the user that is not current."""
        current = self._read(CURRENT)
        if self._pending() is not None:
            return  # an earlier attempt wrote it
        renewed = {**current, "password": randomness.token_urlsafe(PASSWORD_BYTES)}
        if _alternates(current):
            owner = current.get("owner", current["username"])
            user = owner + _next_suffix(owner, current["username"])
            renewed |= {"owner": owner, "username": user}
        self.secrets.put_secret_value(
            SecretId=self.secret_id,
            ClientRequestToken=self.token,
            SecretString=json.dumps(renewed),
            VersionStages=[PENDING],
        )

    def set(self) -> None:
        """Set the pending password in the database."""
        pending = self._required_pending()
        if _alternates(pending):
            self._set_users(pending)
            return
        connection = self._connect_as([self._read(CURRENT), pending])  # it may be set already
        try:
            set_own_password(connection, pending)
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

    def _set_users(self, pending: Mapping[str, Any]) -> None:
        tags = self._tags()
        masters = self._masters(tags.get(MASTER_SECRET) or pending["masterarn"])
        connection = self._connect_as({**pending, **master} for master in masters)
        try:
            ensure_user(connection, pending)
            self._write_login_secrets(connection, pending, tags)
        finally:
            connection.close()

    def _masters(self, secret_id: str) -> Iterator[dict[str, str]]:
        """Yield the master user's credentials, and those that its own rotation has just set."""
        for stage in (CURRENT, PENDING):
            try:
                found = self.secrets.get_secret_value(SecretId=secret_id, VersionStage=stage)
            except ClientError as error:
                if stage == CURRENT or not _is_missing(error):
                    raise
            else:
                master = json.loads(found["SecretString"])
                yield {key: master[key] for key in ("username", "password")}

    def _connect_as(self, credentials: Iterable[Mapping[str, Any]]) -> Connection:
        """Connect with the first of *credentials* that the database accepts."""
        failed: Exception | None = None
        for one in credentials:
            try:
                return self.connect(one)
            except Exception as error:  # noqa: BLE001 - each driver has its own
                failed = error
        raise failed or RotationError(f"{self.secret_id} has no credentials to connect with")

    def _tags(self) -> dict[str, str]:
        tags = self.secrets.describe_secret(SecretId=self.secret_id).get("Tags", [])
        return {tag["Key"]: tag["Value"] for tag in tags}

    def _write_login_secrets(
        self, connection: Connection, pending: Mapping[str, Any], tags: Mapping[str, str]
    ) -> None:
        """Write the secrets with which a proxy logs in, before clients get the new credentials.

        Tags of the rotated secret name them. The other user keeps its password, and gets one if a
        proxy was added before it was ever rotated.
        """
        current = self._read(CURRENT)
        for suffix in USER_SUFFIXES:
            login_secret = tags.get(f"{LOGIN_SECRET}{suffix.replace('_', '-')}")
            if login_secret is None:
                continue
            user = pending["owner"] + suffix
            if user == pending["username"]:
                login = pending
            elif user == current["username"]:
                login = current
            else:
                login = {
                    **pending,
                    "username": user,
                    "password": randomness.token_urlsafe(PASSWORD_BYTES),
                }
                ensure_user(connection, login)
            self.secrets.put_secret_value(SecretId=login_secret, SecretString=json.dumps(login))

    def _read(self, stage: str, **version: str) -> dict[str, Any]:
        found = self.secrets.get_secret_value(
            SecretId=self.secret_id, VersionStage=stage, **version
        )
        return json.loads(found["SecretString"])

    def _pending(self) -> dict[str, Any] | None:
        try:
            return self._read(PENDING, VersionId=self.token)
        except ClientError as error:
            if not _is_missing(error):
                raise
            return None

    def _required_pending(self) -> dict[str, Any]:
        pending = self._pending()
        if pending is None:
            raise RotationError(f"{self.secret_id} has no version {self.token}: create comes first")
        return pending


def _is_missing(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code") == "ResourceNotFoundException"


def _alternates(credentials: Mapping[str, Any]) -> bool:
    """Return whether two users take turns, whom the master user creates."""
    return "masterarn" in credentials


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


def engine_of(credentials: Mapping[str, Any]) -> Engine:
    """Return the module for the engine in *credentials*; raises RotationError."""
    engine = credentials["engine"]
    if engine not in ENGINES:
        raise RotationError(f"engine {engine!r} is unknown: use one of {', '.join(ENGINES)}")
    # In the archive, the modules are not in a package.
    name = f"{__package__}.{ENGINES[engine]}" if __package__ else ENGINES[engine]
    return cast("Engine", importlib.import_module(name))


def connect(credentials: Mapping[str, Any]) -> Connection:
    """Connect to the database of *credentials*."""
    required = os.environ.get("DATABASE_SSLMODE") != "prefer"
    return engine_of(credentials).connect(credentials, require_tls=required)


def ensure_user(connection: Connection, credentials: Mapping[str, str]) -> None:
    """Create or alter the login user in *credentials*."""
    engine_of(credentials).ensure_user(connection, _checked(credentials))


def set_own_password(connection: Connection, credentials: Mapping[str, str]) -> None:
    """Set the password of the user in *credentials*, which is connected."""
    engine_of(credentials).set_own_password(connection, _checked(credentials))


def _checked(credentials: Mapping[str, str]) -> Mapping[str, str]:
    if not PASSWORD.fullmatch(credentials["password"]):
        raise ValueError("the password must have 32 characters or more of A-Z, a-z, 0-9, _ and -")
    return credentials
