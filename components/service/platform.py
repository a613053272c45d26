"""What an environment lends to each of its services."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.logs import LogSettings
from components.routing.service_routes import HealthCheck, TokenCheck

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.data.database_user import Rotator


@dataclass(frozen=True, kw_only=True)
class SharedLoadBalancer:
    """The load balancer that leads to container services."""

    listener_arn: pulumi.Input[str]
    """Where its requests come from."""

    suffix: pulumi.Input[str]
    """Its name in metrics."""

    security_group_id: pulumi.Input[str]
    """Who it is on the network."""


@dataclass(frozen=True, kw_only=True)
class SharedApi:
    """The HTTP API that leads to functions."""

    api_id: pulumi.Input[str]
    """The API."""

    execution_arn: pulumi.Input[str]
    """The same API, as permissions name it."""

    authorizer_id: pulumi.Input[str]
    """What checks tokens."""


@dataclass(frozen=True, kw_only=True)
class DataProtection:
    """How well an environment keeps what its services know."""

    deletion_protection: bool = True
    """Stores cannot be removed by accident."""

    backup_days: int = 30
    """How far back a database can be restored."""

    database_instances: int = 2
    """Servers of a database, in different zones."""

    database_ssl_mode: str = "require"
    """How services insist on TLS to their database, as PostgreSQL's clients spell it."""

    rotation_days: int = 30
    """After how many days the password of a database user changes."""

    logs: LogSettings = field(default_factory=LogSettings)
    """How log lines are kept."""


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What an environment lends to each of its services."""

    environment: str
    """The environment's name."""

    account_id: str
    """The account it lies in."""

    region: str
    """The region it lies in."""

    vpc_id: pulumi.Input[str]
    """Its network."""

    private_subnet_ids: Sequence[pulumi.Input[str]]
    """Where code runs."""

    isolated_subnet_ids: Sequence[pulumi.Input[str]]
    """Where databases are."""

    cluster_arn: pulumi.Input[str]
    """Where containers run."""

    cluster_name: pulumi.Input[str]
    """The same, as metrics name it."""

    load_balancer: SharedLoadBalancer
    """What leads to containers."""

    api: SharedApi
    """What leads to functions."""

    tokens: TokenCheck
    """Which tokens are accepted."""

    rotator: Rotator
    """What renews the passwords of database users."""

    rotator_group_id: pulumi.Input[str]
    """Who the renewing function is on the network."""

    alarm_topic_arn: pulumi.Input[str]
    """Where alarms are reported."""

    key_arn: pulumi.Input[str]
    """The key that everything is encrypted with."""

    data_protection: DataProtection = field(default_factory=DataProtection)
    """How well things are kept."""

    health_check: HealthCheck = field(default_factory=HealthCheck)
    """How a task's health is found out; each service has a path of its own."""

    drain_seconds: int = 30
    """How long a task that is to stop may finish its requests."""

    log_level: str = "INFO"
    """From which severity services log."""
