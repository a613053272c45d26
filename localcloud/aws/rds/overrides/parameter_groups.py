"""Parameter groups are reset, and every engine and version has option groups."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import (
    DBClusterParameterGroupNotFoundError,
    DBParameterGroupNotFoundError,
    RDSClientError,
)
from moto.rds.models import OptionGroup, RDSBackend
from moto.rds.responses import RDSResponse

from localcloud.aws.rds.engines import INSTANCE_ENGINES

MAJOR = "major_engine_version"
_option_group = RDSBackend.create_option_group


def install() -> None:
    """Add the operations, and accept the versions that moto does not know."""
    response: Any = RDSResponse
    response.reset_db_cluster_parameter_group = _reset_of_clusters
    response.reset_db_parameter_group = _reset_of_instances
    RDSBackend.create_option_group = _create_option_group  # type: ignore[method-assign]
    group: Any = OptionGroup
    group.add_options = _add_options
    group.options = property(_options)


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
    name, version = (option_group_kwargs[key] for key in ("option_group_name", MAJOR))
    engine = option_group_kwargs["engine_name"]
    known = INSTANCE_ENGINES.get(engine)
    if known is None or name in self.option_groups:
        return _option_group(self, option_group_kwargs)
    if len(version.split(".")) != known.parts:
        raise RDSClientError(
            "InvalidParameterCombination", f"Cannot find major version {version} for {engine}"
        )
    group = OptionGroup(self, **option_group_kwargs)
    self.option_groups[name] = group
    return group


def _add_options(self: Any, options_to_add: list[dict[str, Any]]) -> None:
    if self.engine_name == "postgres":
        raise RDSClientError("InvalidParameterValue", "postgres has no options.")
    for option in options_to_add:
        self._options[option["OptionName"]] = {
            name: option.get(name, []) for name in ("Port", "OptionVersion", "OptionSettings",
                                                    "VpcSecurityGroupMemberships")
        }  # fmt: skip


def _options(self: Any) -> list[dict[str, Any]]:
    return [
        {
            "OptionName": name,
            "Port": option["Port"] or None,
            "OptionVersion": option["OptionVersion"] or None,
            "OptionSettings": [
                {key: setting.get(key) for key in ("Name", "Value")}
                for setting in option["OptionSettings"]
            ],
            "VpcSecurityGroupMemberships": [
                {"VpcSecurityGroupId": group, "Status": "active"}
                for group in option["VpcSecurityGroupMemberships"]
            ],
        }
        for name, option in self._options.items()
    ]
