"""What moto does not do with users, groups and OpenID Connect providers.

Permissions boundaries of users, audiences of providers, the path of a group without its name, and
the tags of a user whose ARN changes.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend, User
from moto.iam.responses import IamResponse

_update_group = IAMBackend.update_group
_update_user = IAMBackend.update_user
_response: Any = IamResponse
_create_user = _response.create_user


def install() -> None:
    """Add the operations, and complete those of moto."""
    backend: Any = IAMBackend
    backend.update_group = _group
    backend.update_user = _user
    user: Any = User
    user.permissions_boundary = property(_boundary)
    _response.create_user = _created
    _response.put_user_permissions_boundary = _put_boundary
    _response.delete_user_permissions_boundary = _delete_boundary
    _response.add_client_id_to_open_id_connect_provider = _add_client
    _response.remove_client_id_from_open_id_connect_provider = _remove_client


def _group(self: Any, group_name: str, new_group_name: str | None, new_path: str | None) -> None:
    if group_name not in self.groups:
        raise NotFoundException(f"The group with name {group_name} cannot be found.")
    if new_path:
        self.groups[group_name].path = new_path
    _update_group(self, group_name, new_group_name, new_path)


def _user(
    self: Any, user_name: str, new_path: str | None = None, new_user_name: str | None = None
) -> None:
    user = self.get_user(user_name)
    before = user.arn
    _update_user(self, user_name, new_path, new_user_name)
    if user.arn != before:
        self.tagger.copy_tags(before, user.arn)
        self.tagger.delete_all_tags_for_resource(before)


def _boundary(user: Any) -> dict[str, str] | None:
    arn = getattr(user, "bulkhead_boundary", None)
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn} if arn else None


def _created(self: Any) -> ActionResult:
    answer = _create_user(self)
    user = self.backend.get_user(self._get_param("UserName"))
    user.bulkhead_boundary = self._get_param("PermissionsBoundary")
    return answer


def _put_boundary(self: Any) -> ActionResult:
    user = self.backend.get_user(self._get_param("UserName"))
    user.bulkhead_boundary = self._get_param("PermissionsBoundary")
    return EmptyResult()


def _delete_boundary(self: Any) -> ActionResult:
    self.backend.get_user(self._get_param("UserName")).bulkhead_boundary = None
    return EmptyResult()


def _add_client(self: Any) -> ActionResult:
    clients, client = _clients(self), self._get_param("ClientID")
    if client not in clients:
        clients.append(client)
    return EmptyResult()


def _remove_client(self: Any) -> ActionResult:
    clients, client = _clients(self), self._get_param("ClientID")
    if client in clients:
        clients.remove(client)
    return EmptyResult()


def _clients(self: Any) -> list[str]:
    arn = self._get_param("OpenIDConnectProviderArn")
    return self.backend.get_open_id_connect_provider(arn).client_id_list
