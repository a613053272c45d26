"""Parameter groups are reset, and PostgreSQL of every version has option groups."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBClusterParameterGroupNotFoundError, DBParameterGroupNotFoundError
from moto.rds.models import OptionGroup, RDSBackend
from moto.rds.responses import RDSResponse

_option_group = RDSBackend.create_option_group


def install() -> None:
    """Add the operations, and accept the versions that moto does not know."""
    response: Any = RDSResponse
    response.reset_db_cluster_parameter_group = _reset_of_clusters
    response.reset_db_parameter_group = _reset_of_instances
    RDSBackend.create_option_group = _create_option_group  # type: ignore[method-assign]


def _reset_of_clusters(self: Any) -> ActionResult:
    groups = self.backend.db_cluster_parameter_groups
    return _reset(self, groups, "DBClusterParameterGroupName", DBClusterParameterGroupNotFoundError)


def _reset_of_instances(self: Any) -> ActionResult:
    groups = self.backend.db_parameter_groups
    return _reset(self, groups, "DBParameterGroupName", DBParameterGroupNotFoundError)


def _reset(self: Any, groups: dict[str, Any], member: str, missing: Any) -> ActionResult:
    """Remove the parameters that were set; moto lists no others."""
    name = self.params.get(member)
    group = groups.get(name)
    if group is None:
        raise missing(name)
    if self.params.get("ResetAllParameters"):
        group.parameters.clear()
    for parameter in self.params.get("Parameters", []):
        group.parameters.pop(parameter.original_dict()["ParameterName"], None)
    return ActionResult({member: group.name})


def _create_option_group(self: Any, option_group_kwargs: dict[str, Any]) -> Any:
    name = option_group_kwargs["option_group_name"]
    if option_group_kwargs.get("engine_name") != "postgres" or name in self.option_groups:
        return _option_group(self, option_group_kwargs)
    group = OptionGroup(self, **option_group_kwargs)
    self.option_groups[name] = group
    return group
