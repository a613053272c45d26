"""Arguments of a database instance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from components.args import NOT_AN_INPUT, InvalidArgError, require_between

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.alarms import AlarmRouting
    from components.data.engines import Edition, Engine
    from components.data.master_user import MasterRotation

MIN_BACKUP_DAYS, MAX_BACKUP_DAYS = 7, 35  # our minimum, and RDS's maximum
MIN_STORAGE_GIB, MAX_STORAGE_GIB = 20, 65_536  # of gp3
MAX_REPLICAS = 15


@dataclass(frozen=True, kw_only=True)
class DatabaseInstanceArgs:
    """Engine, network, size and backups of a database instance."""

    engine: Engine = field(metadata=NOT_AN_INPUT)
    """Engine, such as POSTGRESQL of `components.data.engines`."""

    database_name: str | None = None
    """Name of the database; None for SQL Server, where the service creates its databases."""

    vpc_id: pulumi.Input[str]
    """VPC of the instance."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Isolated subnets in two zones or more."""

    allowed_security_groups: Mapping[str, pulumi.Input[str]]
    """Security groups that may connect, by the name of their workload."""

    account_id: str
    """Account in the monitoring role's `aws:SourceAccount` condition."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    edition: str | None = None
    """Edition; default: the engine's first."""

    license: str | None = None
    """License model; default: the edition's first, if it needs a license."""

    license_parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    """Parameters that name a license of your own: Db2's `rds.ibm_customer_id` and `_site_id`."""

    version: str | None = None
    """Major version; RDS chooses and upgrades the minor version. Default: the engine's."""

    instance_class: str | None = None
    """Instance class; default: the engine's."""

    storage_gib: int = 20
    """Allocated storage in GiB; it grows by itself up to four times that."""

    multi_az: bool = True
    """Standby in another zone; without one, a failure is an outage."""

    read_replicas: int | None = None
    """Number of read replicas; None: none, and RDS may manage the master user's password.

    RDS manages no such password of an instance with read replicas, except of SQL Server. Adding
    the first one, or writing 0, passes the password from RDS to `rotation`.
    """

    rotation: MasterRotation | None = field(default=None, metadata=NOT_AN_INPUT)
    """Rotation of the master user's password, for instances with `read_replicas`."""

    backup_days: int = 30
    """Retention of automated backups in days."""

    deletion_protection: bool = True
    """Deletion protection, and a final snapshot when it is deleted."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of storage and master secret; default: keys managed by AWS."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject values that RDS does not accept."""
        require_between("backup_days", self.backup_days, MIN_BACKUP_DAYS, MAX_BACKUP_DAYS)
        require_between("storage_gib", self.storage_gib, MIN_STORAGE_GIB, MAX_STORAGE_GIB)
        require_between("read_replicas", self.read_replicas or 0, 0, MAX_REPLICAS)
        engine = self.engine
        if self.edition is not None and self.edition not in engine.editions:
            raise InvalidArgError("edition", self.edition, f"use {_or(engine.editions)}")
        licenses = self.chosen_edition.licenses
        if self.license is not None and self.license not in licenses:
            want = f"use {_or(licenses)}" if licenses else "leave it out: the engine needs none"
            raise InvalidArgError("license", self.license, want)
        if self.multi_az and not self.chosen_edition.multi_az:
            want = "use False, or another edition: RDS offers this one no standby"
            raise InvalidArgError("multi_az", self.multi_az, want)
        if self.read_replicas and not self.chosen_edition.replicas:
            want = "use 0, or another edition: RDS offers this one no read replicas"
            raise InvalidArgError("read_replicas", self.read_replicas, want)
        if self.read_replicas and not (engine.managed_replicas or engine.user_engine):
            want = "use 0: RDS replicates no database whose master password it manages"
            raise InvalidArgError("read_replicas", self.read_replicas, want)
        if self.owns_master and self.rotation is None:
            want = "set it: RDS does not manage the master password of an instance with replicas"
            raise InvalidArgError("rotation", self.rotation, want)
        name, limit = self.database_name, engine.max_database_name
        if limit == 0 and name is not None:
            want = "leave it out: RDS creates no database of this engine"
            raise InvalidArgError("database_name", name, want)
        if limit and not (name and name.isidentifier() and len(name) <= limit):
            want = f"use at most {limit} letters, digits and underscores, a letter first"
            raise InvalidArgError("database_name", name, want)

    @property
    def owns_master(self) -> bool:
        """Whether `rotation` renews the master user's password, in place of RDS."""
        engine = self.engine
        replicated = self.read_replicas is not None and not engine.managed_replicas
        return replicated and engine.user_engine is not None

    @property
    def chosen_edition(self) -> Edition:
        """The edition, or the engine's first."""
        return self.engine.edition(self.edition)


def _or(names: Sequence[str] | Mapping[str, Any]) -> str:
    return " or ".join(names)
