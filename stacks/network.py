"""The network layer: the VPC of an environment."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import TYPE_CHECKING

import pydantic

from components.args import InvalidArgError
from components.logs import RETENTIONS
from components.network.plan import check
from components.network.vpc import Vpc, VpcArgs
from stacks.model import SettingsGroup

if TYPE_CHECKING:
    import pulumi

    from components.logs import LogSettings
    from stacks.deployment_target import DeploymentTarget

AUDIT_DAYS = 365  # minimum retention of flow logs for audits
AUDITED = [days for days in RETENTIONS if days >= AUDIT_DAYS]


class NetworkSettings(SettingsGroup):
    """CIDR block, zones and flow logs of an environment."""

    cidr: str
    """an IPv4 network from /16 to /24 that no other environment has, such as 10.10.0.0/16"""

    zones: list[str]
    """two to four availability zones of the region; their order must not change"""

    nat_gateway_per_zone: bool = True
    """true for a NAT gateway in each zone, false for one that all zones share"""

    flow_log_days: int = AUDIT_DAYS
    """retention of VPC flow logs in days: 365, 400, 545, 731 and more"""

    @pydantic.field_validator("cidr")
    @classmethod
    def _network(cls, cidr: str) -> str:
        ipaddress.IPv4Network(cidr)
        return cidr

    @pydantic.field_validator("flow_log_days")
    @classmethod
    def _valid_retention(cls, days: int) -> int:
        if days not in AUDITED:
            choices = ", ".join(map(str, AUDITED))
            raise ValueError(
                f"{days} is not one of {choices}: CloudWatch Logs' periods of a year or more"
            )
        return days

    @pydantic.model_validator(mode="after")
    def _subnets_fit(self) -> NetworkSettings:
        try:
            check(self.cidr, self.zones)
        except InvalidArgError as error:
            raise ValueError(str(error)) from error
        return self


def build(
    settings: NetworkSettings,
    target: DeploymentTarget,
    logs: LogSettings,
    opts: pulumi.ResourceOptions | None = None,
) -> Vpc:
    """Define the VPC of the environment."""
    return Vpc(
        "network",
        VpcArgs(
            cidr=settings.cidr,
            zones=settings.zones,
            region=target.region,
            account_id=target.account,
            nat_gateway_per_zone=settings.nat_gateway_per_zone,
            flow_logs=replace(logs, retention_days=settings.flow_log_days),
        ),
        opts,
    )
