"""Credentials of roles are kept until they are due for renewal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from botocore.exceptions import ClientError

from localcloud.runtime.credentials import MIN_SECONDS, CredentialsError, RoleCredentials

ROLE = "arn:aws:iam::000000000000:role/orders"


class Sts:
    """Answers AssumeRole with sessions of *seconds*, or raises *error*."""

    def __init__(self):
        self.seconds = 3600
        self.error = None
        self.sessions = []

    async def __call__(self, service, operation, /, **members):
        assert (service, operation) == ("sts", "AssumeRole")
        if self.error is not None:
            raise self.error
        self.sessions.append((members["RoleArn"], members["RoleSessionName"]))
        end = datetime.now(UTC) + timedelta(seconds=self.seconds)
        key = f"ASIA{len(self.sessions)}"
        return {
            "Credentials": {
                "AccessKeyId": key,
                "SecretAccessKey": "s",
                "SessionToken": "t",
                "Expiration": end,
            }
        }


async def test_a_session_is_assumed_once_and_renewed_in_time():
    sts = Sts()
    roles = RoleCredentials(sts)

    first = await roles.get(ROLE, "a")
    again = await roles.get(ROLE, "a")
    other = await roles.get(ROLE, "b")
    roles.forget(ROLE, "a")
    sts.seconds = MIN_SECONDS - 1
    due = await roles.get(ROLE, "a")
    renewed = await roles.get(ROLE, "a")

    keys = [one.access_key_id for one in (first, again, other, due, renewed)]
    assert keys == ["ASIA1", "ASIA1", "ASIA2", "ASIA3", "ASIA4"]
    assert sts.sessions[:2] == [(ROLE, "a"), (ROLE, "b")]


async def test_credentials_serve_until_they_expire_while_the_control_plane_is_unreachable():
    sts = Sts()
    roles = RoleCredentials(sts)
    sts.seconds = 60
    known = await roles.get(ROLE, "a")
    sts.error = aiohttp.ClientConnectionError("down")

    assert await roles.get(ROLE, "a") == known
    with pytest.raises(CredentialsError, match=r"the role .*orders cannot be assumed: .*down"):
        await roles.get(ROLE, "b")


async def test_a_refusal_is_an_error():
    sts = Sts()
    sts.error = ClientError({"Error": {"Code": "AccessDenied"}}, "AssumeRole")

    with pytest.raises(CredentialsError, match="AccessDenied"):
        await RoleCredentials(sts).get(ROLE, "a")
