"""The settings of an environment; only this module reads `pulumi.Config`."""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
from typing import TYPE_CHECKING, Any, Self, cast

import pulumi
import pydantic
from pulumi.runtime.config import CONFIG, get_config_env

from stacks.account import AccountSettings
from stacks.backup import BackupSettings
from stacks.compute import ComputeSettings, LogsSettings
from stacks.databases import DatabaseSettings
from stacks.deployment_target import LOCAL_ACCOUNT, DeploymentTarget
from stacks.foundation import ProtectionSettings
from stacks.identity import IdentitySettings
from stacks.messaging import MessagingSettings
from stacks.model import SettingsGroup
from stacks.network import NetworkSettings  # noqa: TC001 - pydantic reads it
from stacks.observability import AlarmsSettings, ObservabilitySettings
from stacks.routing import DomainSettings, RoutingSettings

if TYPE_CHECKING:
    from pathlib import Path

NAMESPACE = "bulkhead"
LOCAL = "local"
VARIABLE = "BULKHEAD_SERVICES"
"""The folder of the services of the stack `local`, in place of `bulkhead:services`."""

TAG = r"^[\p{L}\p{N}\p{Z}_.:/=+@-]+$"  # characters that AWS allows in the value of a tag


class SettingsError(pulumi.RunError):
    """Raised for invalid settings; the message lists every fault."""


class TagSettings(SettingsGroup):
    """Tags of everything in an environment."""

    owner: str = pydantic.Field(max_length=256, pattern=TAG)
    """team that owns the environment"""

    cost_centre: str = pydantic.Field(max_length=256, pattern=TAG)
    """cost centre of the environment"""


class Settings(SettingsGroup):
    """The settings of an environment, from `Pulumi.<environment>.yaml`."""

    environment: str = pydantic.Field(max_length=12, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    """name of the environment and its stack, at most 12 lower-case letters and digits"""

    account: str = pydantic.Field(pattern=r"^\d{12}$")
    """the 12 digits of the only AWS account it may be deployed to, in quotes"""

    region: str = pydantic.Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    """an AWS region such as eu-west-1"""

    services: str = "services"
    """folder of the services, relative to Pulumi.yaml"""

    tags: TagSettings
    """owner and cost_centre of the environment"""

    domain: DomainSettings
    """domain and hosted zone"""

    network: NetworkSettings
    """CIDR block, zones and flow logs"""

    logs: LogsSettings
    """retention and level of logs"""

    protection: ProtectionSettings = ProtectionSettings()
    """deletion protection"""

    database: DatabaseSettings = DatabaseSettings()
    """databases and caches"""

    backup: BackupSettings = BackupSettings()
    """backups of stores"""

    compute: ComputeSettings = ComputeSettings()
    """limits and versions of compute"""

    messaging: MessagingSettings = MessagingSettings()
    """events"""

    routing: RoutingSettings = RoutingSettings()
    """load balancer and HTTP API"""

    identity: IdentitySettings = IdentitySettings()
    """sign-in and tokens"""

    observability: ObservabilitySettings = ObservabilitySettings()
    """traces and the archive of logs"""

    alarms: AlarmsSettings = AlarmsSettings()
    """subscriptions of the topics that alarms notify"""

    allow_fault_injection: bool = False
    """true if services may inject faults that requests name; never where customers are"""

    account_settings: AccountSettings = AccountSettings.MANAGED
    """managed if this stack owns what the account has once, external if another stack does"""

    @pydantic.model_validator(mode="after")
    def _zones_in_region(self) -> Self:
        zone_of_region = re.compile(f"{self.region}[a-z]")
        others = [zone for zone in self.network.zones if not zone_of_region.fullmatch(zone)]
        if others:
            raise ValueError(
                f"network.zones names {', '.join(others)}: write zones of {self.region}"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _copies_in_another_region(self) -> Self:
        if self.backup.copy_region == self.region:
            raise ValueError(
                f"backup.copy_region is {self.region}, the environment's own: write another Region"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _lock_of_a_lasting_environment(self) -> Self:
        lasting = self.protection.deletion_protection and not self.target.local
        if self.backup.compliance_lock and not lasting:
            raise ValueError(
                "backup.compliance_lock is true: remove it, or write protection.deletion_protection"
                " as true in an environment of an account; nobody can ever remove such a lock"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _timeout_below_interval(self) -> Self:
        routing = self.routing
        if routing.health_check_timeout_seconds >= routing.health_check_interval_seconds:
            raise ValueError(
                "routing.health_check_timeout_seconds is"
                f" {routing.health_check_timeout_seconds}: write less than"
                f" health_check_interval_seconds, which is {routing.health_check_interval_seconds}"
            )
        return self

    @property
    def target(self) -> DeploymentTarget:
        """Environment, account and region."""
        return DeploymentTarget(
            environment=self.environment, account=self.account, region=self.region
        )

    @property
    def default_tags(self) -> dict[str, str]:
        """The tags of everything; a service's resources name the service in place of platform."""
        return {
            "service": "platform",
            "environment": self.environment,
            "owner": self.tags.owner,
            "cost-centre": self.tags.cost_centre,
        }


def read() -> Settings:
    """Return the settings of the stack that is being deployed."""
    prefix = f"{NAMESPACE}:"
    names = {*CONFIG.get(), *get_config_env()}
    stack = pulumi.get_stack()  # noqa: TID251 - compared with the settings, no more
    groups = {name.partition(":")[0] for name in names} - {NAMESPACE}
    misspelt = difflib.get_close_matches(NAMESPACE, sorted(groups))
    if misspelt:
        write = [f"{group}: is not a group of settings; write {NAMESPACE}" for group in misspelt]
        raise SettingsError(_message(f"Pulumi.{stack}.yaml", write))
    config = pulumi.Config(NAMESPACE)  # noqa: TID251 - this is the one reader
    raw = {
        name.removeprefix(prefix): _value(config.require(name.removeprefix(prefix)))
        for name in sorted(names)
        if name.startswith(prefix)
    }
    if stack == LOCAL and (folder := os.environ.get(VARIABLE)):
        raw["services"] = folder
    return parse(raw, stack)


def services(settings: Settings, root: Path) -> Path:
    """Return the folder of the services in the project *root*; raises SettingsError without it."""
    folder = root / settings.services
    if not folder.is_dir():
        write = Settings.model_fields["services"].description
        fault = f"{NAMESPACE}:services: found {settings.services!r} (no such folder), write {write}"
        raise SettingsError(_message(f"Pulumi.{settings.environment}.yaml", [fault]))
    return folder


def _value(text: str) -> Any:
    # The engine passes structured values as JSON, and scalars as text.
    if text.startswith(("{", "[")):
        with contextlib.suppress(json.JSONDecodeError):
            return json.loads(text)
    return text


def parse(raw: dict[str, Any], stack: str) -> Settings:
    """Return *raw* as the settings of *stack*; raises SettingsError with every fault."""
    file = f"Pulumi.{stack}.yaml"
    try:
        settings = Settings.model_validate(raw)
    except pydantic.ValidationError as error:
        faults = [_sentence(fault) for fault in error.errors()]
        raise SettingsError(_message(file, faults)) from error
    faults = list(_target_faults(settings, stack))
    if faults:
        raise SettingsError(_message(file, faults))
    return settings


def _target_faults(settings: Settings, stack: str) -> list[str]:
    faults: list[str] = []
    if settings.environment != stack:
        faults.append(
            f"{NAMESPACE}:environment: found {settings.environment!r}, write {stack!r}: the"
            " settings are those of another stack"
        )
    local = stack == LOCAL
    if local and not settings.target.local:
        faults.append(
            f"{NAMESPACE}:account: found {settings.account!r}, write {LOCAL_ACCOUNT!r}: the stack"
            f" {LOCAL} never reaches an account"
        )
    if not local and settings.target.local:
        faults.append(
            f"{NAMESPACE}:account: found {settings.account!r}, write the account of {stack}: that"
            f" one belongs to the stack {LOCAL}"
        )
    return faults


def _message(file: str, faults: list[str]) -> str:
    lines = "\n".join(f"  {fault}" for fault in faults)
    return f"{file} cannot be used:\n{lines}"


def _sentence(fault: Any) -> str:
    location = [str(part) for part in fault["loc"]]
    where = f"{NAMESPACE}:{'.'.join(location)}"
    if fault["type"] == "extra_forbidden":
        return f"{where}: is not a setting; {_existing(location)}"
    problem = str(fault["msg"]).removeprefix("Value error, ")
    if not location:
        return f"{NAMESPACE}:{problem}"
    meaning = _meaning(location)
    if fault["type"] == "missing":
        return f"{where}: is missing, write {meaning}"
    return f"{where}: found {fault['input']!r} ({problem}), write {meaning}"


def _model(location: list[str]) -> type[pydantic.BaseModel]:
    model: type[pydantic.BaseModel] = Settings
    for name in location:
        # Only groups have members, and a group is a model.
        model = cast("type[pydantic.BaseModel]", model.model_fields[name].annotation)
    return model


def _existing(location: list[str]) -> str:
    names = list(_model(location[:-1]).model_fields)
    near = difflib.get_close_matches(location[-1], names, n=1)
    return (
        f"write {near[0]}, or one of {', '.join(names)}"
        if near
        else (f"write one of {', '.join(names)}, or remove it")
    )


def _meaning(location: list[str]) -> str:
    names = [name for name in location if not name.isdigit()]
    field = _model(names[:-1]).model_fields.get(names[-1])
    return cast("str", field.description) if field else "a setting that exists"
