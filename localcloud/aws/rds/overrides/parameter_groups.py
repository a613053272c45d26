"""ResetDBClusterParameterGroup, which moto does not have."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBClusterParameterGroupNotFoundError
from moto.rds.responses import RDSResponse


def install() -> None:
    """Add the operation."""
    RDSResponse.reset_db_cluster_parameter_group = _reset  # type: ignore[attr-defined]


def _reset(self: Any) -> ActionResult:
    """Remove the parameters that were set; moto lists no others."""
    name = self.params.get("DBClusterParameterGroupName")
    group = self.backend.db_cluster_parameter_groups.get(name)
    if group is None:
        raise DBClusterParameterGroupNotFoundError(name)
    if self.params.get("ResetAllParameters"):
        group.parameters.clear()
    for parameter in self.params.get("Parameters", []):
        group.parameters.pop(parameter.original_dict()["ParameterName"], None)
    return ActionResult({"DBClusterParameterGroupName": group.name})
