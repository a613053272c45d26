"""The shared resources of an environment that its services use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.logs import LogSettings
from components.routing.target_group import HealthCheck

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.alarms import AlarmRouting
    from components.compute.cluster import ContainerCluster
    from components.compute.lambda_function import LambdaFunction
    from components.data.encryption_key import EncryptionKey
    from components.identity.user_pool import UserPool
    from components.network.vpc import Vpc
    from components.network.workload_security_group import WorkloadSecurityGroup
    from components.routing.http_api import HttpApi
    from components.routing.internal_route import InternalEntrance
    from components.routing.load_balancer import LoadBalancer

MAX_HOPS = 16
"""What services count up to if no variable says otherwise (`kit.correlation`)."""


@dataclass(frozen=True, kw_only=True)
class PasswordRotation:
    """The function that rotates the passwords of database users."""

    function: LambdaFunction
    """Lambda function that Secrets Manager invokes."""

    security_group: WorkloadSecurityGroup
    """Security group attached to the function."""

    ready: Sequence[pulumi.Resource] = ()
    """Its permissions, which the first rotation needs."""


@dataclass(frozen=True, kw_only=True)
class DataProtection:
    """Deletion protection, backups and retention in an environment."""

    deletion_protection: bool = True
    """Deletion protection of every stateful resource."""

    backup_days: int = 30
    """Retention of database backups in days."""

    database_instances: int = 2
    """Instances of a database cluster, in different zones."""

    database_ssl_mode: str = "require"
    """`sslmode` of database connections, as libpq spells it."""

    cache_tls: bool = True
    """TLS of connections to caches."""

    rotation_days: int = 30
    """Rotation interval of database passwords in days."""

    secret_age_alarms: bool = True
    """Alarms on the age of secrets that have a maximum age."""

    logs: LogSettings = field(default_factory=LogSettings)
    """Retention and encryption of log groups."""


@dataclass(frozen=True, kw_only=True)
class Platform:
    """The shared resources and defaults of an environment."""

    environment: str
    """Name of the environment."""

    account_id: str
    """AWS account."""

    region: str
    """AWS region."""

    vpc: Vpc
    """VPC of services and their stores."""

    cluster: ContainerCluster
    """ECS cluster of container services."""

    load_balancer: LoadBalancer
    """Load balancer of container services."""

    api: HttpApi
    """HTTP API of functions."""

    user_pool: UserPool
    """User pool whose tokens are accepted."""

    rotation: PasswordRotation
    """Rotation of database passwords."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    key: EncryptionKey
    """KMS key that encrypts data at rest."""

    schedule_group_name: pulumi.Input[str] = "default"
    """Schedule group of the environment; Scheduler's own if no service has schedules."""

    internal: InternalEntrance | None = None
    """Internal load balancer; None if no service calls a container service."""

    data_protection: DataProtection = field(default_factory=DataProtection)
    """Deletion protection, backups and retention."""

    dax: bool = True
    """Whether tables get the DAX clusters that their stores ask for."""

    health_check: HealthCheck = field(default_factory=HealthCheck)
    """Health check of targets; each service has its own path."""

    drain_seconds: int = 30
    """Deregistration delay in seconds: a draining task may finish its requests."""

    log_level: str = "INFO"
    """Log level of services."""

    trace_percent: float = 0
    """Percentage of requests whose spans services record; with 0 they send none."""

    max_hops: int = MAX_HOPS
    """Services that a request and its events may come through."""

    fault_injection: bool = False
    """Whether services inject the faults that requests name."""

    @property
    def metrics_namespace(self) -> str:
        """CloudWatch namespace of the metrics that services count."""
        return f"Bulkhead/{self.environment}"
