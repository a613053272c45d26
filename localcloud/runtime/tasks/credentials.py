"""Serves each task the credentials of its task role, as the ECS container agent does."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from localcloud.runtime.credentials import CredentialsError, RoleCredentials

if TYPE_CHECKING:
    from localcloud.runtime.api import AwsApi

ROUTE = "credentials"


@dataclass(frozen=True)
class _Grant:
    role: str
    token: str


class TaskCredentials:
    """The tasks with a role, and the route on which they fetch credentials."""

    def __init__(self, aws: AwsApi, workers_url: str) -> None:
        """Assume roles through *aws*; tasks call the route at *workers_url*."""
        self._roles = RoleCredentials(aws)
        self._url = f"{workers_url}/{ROUTE}"
        self._grants: dict[str, _Grant] = {}

    def grant(self, task_id: str, role: str | None) -> dict[str, str]:
        """Return the variables with which the SDKs in a task find its credentials."""
        if role is None:
            return {}
        found = self._grants.setdefault(task_id, _Grant(role, secrets.token_urlsafe(32)))
        return {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self._url}/{task_id}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": found.token,
        }

    def revoke(self, task_id: str) -> None:
        """Give a task that has stopped no more credentials."""
        found = self._grants.pop(task_id, None)
        if found is not None:
            self._roles.forget(found.role, task_id)

    async def answer(self, request: web.Request) -> web.Response:
        """Return the credentials of the task in the request's path."""
        task_id = request.path.rpartition("/")[2]
        found = self._grants.get(task_id)
        if found is None:
            return _error(404, f"no task with a role: {task_id}")
        token = request.headers.get("Authorization", "")
        if not hmac.compare_digest(token.encode(), found.token.encode()):
            message = "Authorization must be the task's AWS_CONTAINER_AUTHORIZATION_TOKEN"
            return _error(401, message)
        try:
            credentials = await self._roles.get(found.role, task_id)
        except CredentialsError as error:
            return _error(503, str(error))
        return web.json_response(
            {
                "RoleArn": found.role,
                "AccessKeyId": credentials.access_key_id,
                "SecretAccessKey": credentials.secret_access_key,
                "Token": credentials.session_token,
                "Expiration": credentials.expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)
