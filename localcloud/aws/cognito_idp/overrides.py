"""UpdateUserPoolClient sets what the request omits to its default: moto keeps it."""

from __future__ import annotations

from typing import Any

from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUserPoolClient

_update_client = CognitoIdpBackend.update_user_pool_client


def install() -> None:
    """Replace `update_user_pool_client`."""
    CognitoIdpBackend.update_user_pool_client = _update  # type: ignore[method-assign]


def _update(self: Any, user_pool_id: str, client_id: str, extended_config: dict[str, Any]) -> Any:
    client: Any = _update_client(self, user_pool_id, client_id, {})
    wanted = {"ClientName": client.extended_config.get("ClientName"), **extended_config}
    fresh: Any = CognitoIdpUserPoolClient(user_pool_id, client.generate_secret, wanted)
    client.extended_config = fresh.extended_config
    return client
