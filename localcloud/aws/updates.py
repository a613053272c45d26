"""Updates of which moto does half: what a request empties, or leaves at its default, is gone."""

from __future__ import annotations

from typing import Any

from moto.apigatewayv2.models import Route
from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUserPoolClient
from moto.core.responses import ActionResult
from moto.ec2.models.subnets import Subnet
from moto.rds.exceptions import DBClusterParameterGroupNotFoundError
from moto.rds.responses import RDSResponse
from moto.secretsmanager.models import SecretsManagerBackend

_update_client = CognitoIdpBackend.update_user_pool_client
_update_secret = SecretsManagerBackend.update_secret


def install() -> None:
    """Take empty values as values, give what is left out its default, and add what is missing."""
    Route.update = _route  # type: ignore[method-assign]
    CognitoIdpBackend.update_user_pool_client = _client  # type: ignore[method-assign]
    SecretsManagerBackend.update_secret = _secret  # type: ignore[method-assign]
    RDSResponse.reset_db_cluster_parameter_group = _reset  # type: ignore[attr-defined]
    Subnet.ipv6_cidr_block_association_set = property(_blocks)  # type: ignore[assignment]


def _route(self: Any, **wanted: Any) -> None:
    for name, value in wanted.items():
        if value is not None:
            setattr(self, name, value)


def _client(self: Any, user_pool_id: str, client_id: str, extended_config: dict[str, Any]) -> Any:
    client: Any = _update_client(self, user_pool_id, client_id, {})
    wanted = {"ClientName": client.extended_config.get("ClientName"), **extended_config}
    fresh: Any = CognitoIdpUserPoolClient(user_pool_id, client.generate_secret, wanted)
    client.extended_config = fresh.extended_config
    return client


def _secret(self: Any, secret_id: str, *args: Any, **kwargs: Any) -> Any:
    answer = _update_secret(self, secret_id, *args, **kwargs)
    if kwargs.get("description") == "":
        self.secrets[secret_id].description = ""
    return answer


def _reset(self: Any) -> ActionResult:
    """Forget what was set: moto lists only that."""
    name = self.params.get("DBClusterParameterGroupName")
    group = self.backend.db_cluster_parameter_groups.get(name)
    if group is None:
        raise DBClusterParameterGroupNotFoundError(name)
    if self.params.get("ResetAllParameters"):
        group.parameters.clear()
    for parameter in self.params.get("Parameters", []):
        group.parameters.pop(parameter.original_dict()["ParameterName"], None)
    return ActionResult({"DBClusterParameterGroupName": group.name})


def _blocks(self: Any) -> list[dict[str, Any]]:
    """Return the IPv6 blocks in use, the state of each as AWS writes it."""
    return [
        {**block, "ipv6CidrBlockState": {"state": block["ipv6CidrBlockState"]["State"]}}
        for block in self.ipv6_cidr_block_associations.values()
        if block["ipv6CidrBlockState"]["State"] == "associated"
    ]
