"""Temporary credentials of the roles that functions and tasks run with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from localcloud.runtime.api import AwsApi

SESSION_SECONDS = 3600
"""The session duration that every role allows."""

MIN_SECONDS = 2700
"""Credentials with less than this left are renewed: clients renew theirs in the last 15 minutes."""


class CredentialsError(OSError):
    """Raised when the credentials of a role cannot be obtained."""


@dataclass(frozen=True)
class Credentials:
    """Credentials of one session of a role."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expiration: datetime

    def seconds_left(self) -> float:
        """Return the seconds until they expire."""
        return (self.expiration - datetime.now(UTC)).total_seconds()


class RoleCredentials:
    """Assumes roles, and keeps the credentials until they are due for renewal."""

    def __init__(self, aws: AwsApi) -> None:
        """Assume roles through *aws*."""
        self._aws = aws
        self._known: dict[tuple[str, str], Credentials] = {}

    async def get(self, role: str, session: str) -> Credentials:
        """Return credentials of *role* for at least MIN_SECONDS; raises CredentialsError.

        While the control plane is unreachable, those that have not expired yet are returned.
        """
        known = self._known.get((role, session))
        if known is not None and known.seconds_left() >= MIN_SECONDS:
            return known
        try:
            fresh = await self._assume(role, session)
        except ClientError as error:
            raise CredentialsError(f"the role {role} cannot be assumed: {error}") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if known is not None and known.seconds_left() > 0:
                return known
            raise CredentialsError(f"the role {role} cannot be assumed: {error!r}") from error
        self._known[role, session] = fresh
        return fresh

    def forget(self, role: str, session: str) -> None:
        """Drop the credentials of a session that has ended."""
        self._known.pop((role, session), None)

    async def _assume(self, role: str, session: str) -> Credentials:
        answer = await self._aws(
            "sts",
            "AssumeRole",
            RoleArn=role,
            RoleSessionName=session,
            DurationSeconds=SESSION_SECONDS,
        )
        found = answer["Credentials"]
        expiration: datetime = found["Expiration"]
        if expiration.tzinfo is None:
            expiration = expiration.replace(tzinfo=UTC)
        return Credentials(
            access_key_id=found["AccessKeyId"],
            secret_access_key=found["SecretAccessKey"],
            session_token=found["SessionToken"],
            expiration=expiration,
        )
