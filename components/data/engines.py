"""What differs between the engines of RDS and Aurora."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BYOL = "bring-your-own-license"
INCLUDED = "license-included"
MARKETPLACE = "marketplace-license"


class UserEngine(StrEnum):
    """Value of `engine` in the secret of a database user, as Secrets Manager spells it."""

    POSTGRESQL = "postgres"
    MYSQL = "mysql"
    MARIADB = "mariadb"


class ProxyFamily(StrEnum):
    """Engine family of an RDS proxy."""

    POSTGRESQL = "POSTGRESQL"
    MYSQL = "MYSQL"
    SQLSERVER = "SQLSERVER"


PROXY_PORTS = {ProxyFamily.POSTGRESQL: 5432, ProxyFamily.MYSQL: 3306, ProxyFamily.SQLSERVER: 1433}
"""Port of a proxy, which is the default port of its family whatever the database's port is."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a parameter group."""

    name: str
    """Name of the parameter."""

    value: str
    """Value of the parameter."""

    apply_method: str | None = "immediate"
    """`pending-reboot` for static parameters; None: the provider's default."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An edition of an engine."""

    engine: str
    """The engine's name in RDS."""

    licenses: Sequence[str] = ()
    """License models that RDS offers; the first is the default, none needs no license."""

    multi_az: bool = True
    """Whether RDS offers a standby in another zone."""

    replicas: bool = True
    """Whether RDS offers read replicas."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What RDS and Aurora need to know of an engine."""

    editions: Mapping[str, Edition]
    """Editions by name; the first is the default."""

    port: int
    """Port; deliberately not the engine's default."""

    tls_port: int | None = None
    """Port with TLS, where the engine has one of its own."""

    version: str
    """Default major version."""

    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Version that RDS knows a major version by, where the two differ."""

    instance_class: str = "db.t4g.medium"
    """Default instance class."""

    parameters: Sequence[Parameter] = ()
    """Parameters: no connections without TLS, and a log of slow statements."""

    tls_options: Mapping[str, str] = field(default_factory=dict[str, str])
    """Settings of the option that opens the port with TLS, where the engine needs one."""

    logs: Sequence[str]
    """Logs that are exported to CloudWatch Logs."""

    user_engine: UserEngine | None = None
    """How `DatabaseUser` creates users; None: services use the master user."""

    proxy_family: ProxyFamily | None = None
    """Engine family of a proxy; None: RDS Proxy does not support the engine."""

    master_username: str = "platformowner"
    """Master user; not a name that attackers try first."""

    max_database_name: int = 63
    """Maximum length of a database's name; 0: RDS creates no database."""

    performance_insights: bool = True
    """Whether RDS offers Performance Insights."""

    separator: str = ""
    """What stands between engine and version in the name of a parameter group family."""

    managed_replicas: bool = False
    """Whether RDS replicates a database while it manages the master user's password."""

    @property
    def client_port(self) -> int:
        """Port that clients connect to."""
        return self.tls_port or self.port

    def edition(self, name: str | None) -> Edition:
        """Return the edition *name*, or the first one; raises KeyError."""
        return self.editions[name or next(iter(self.editions))]

    def engine_version(self, version: str) -> str:
        """Return the version that RDS knows *version* by."""
        return self.versions.get(version, version)

    def family(self, edition: Edition, version: str) -> str:
        """Return the parameter group family of *edition* at *version*."""
        number = self.engine_version(version).replace(".00", ".0")  # SQL Server: 16.00, but -16.0
        return f"{edition.engine}{self.separator}{number}"


STATIC = "pending-reboot"
POSTGRES_MASTER = "platform_owner"
POSTGRES_PARAMETERS = [
    Parameter("rds.force_ssl", "1"),
    Parameter("log_min_duration_statement", "1000", None),
]
SLOW_LOG = [Parameter("slow_query_log", "1"), Parameter("long_query_time", "1")]
MYSQL_PARAMETERS = [
    Parameter("require_secure_transport", "1"),
    *SLOW_LOG,
    Parameter("log_output", "FILE"),  # CloudWatch Logs gets files, not tables
]
AURORA_MYSQL_PARAMETERS = [
    Parameter("require_secure_transport", "ON"),
    *SLOW_LOG,
    Parameter("server_audit_logging", "1"),
    Parameter("server_audit_events", "CONNECT,QUERY_DCL,QUERY_DDL"),
]

POSTGRESQL = Engine(
    editions={"community": Edition(engine="postgres")},
    port=5433,
    version="17",
    parameters=POSTGRES_PARAMETERS,
    logs=["postgresql", "upgrade"],
    user_engine=UserEngine.POSTGRESQL,
    proxy_family=ProxyFamily.POSTGRESQL,
    master_username=POSTGRES_MASTER,
)
MYSQL = Engine(
    editions={"community": Edition(engine="mysql")},
    port=3307,
    version="8.4",
    parameters=MYSQL_PARAMETERS,
    logs=["error", "slowquery"],
    user_engine=UserEngine.MYSQL,
    proxy_family=ProxyFamily.MYSQL,
)
MARIADB = Engine(
    editions={"community": Edition(engine="mariadb")},
    port=3307,
    version="11.4",
    parameters=MYSQL_PARAMETERS,
    logs=["error", "slowquery"],
    user_engine=UserEngine.MARIADB,
    proxy_family=ProxyFamily.MYSQL,
)
SQLSERVER = Engine(
    editions={
        "standard": Edition(engine="sqlserver-se", licenses=[INCLUDED], replicas=False),
        "enterprise": Edition(engine="sqlserver-ee", licenses=[INCLUDED]),
        "web": Edition(engine="sqlserver-web", licenses=[INCLUDED], multi_az=False, replicas=False),
    },
    port=1435,
    version="2022",
    versions={"2016": "13.00", "2017": "14.00", "2019": "15.00", "2022": "16.00"},
    instance_class="db.m6i.large",
    parameters=[Parameter("rds.force_ssl", "1", STATIC)],
    logs=["agent", "error"],
    separator="-",
    managed_replicas=True,
    proxy_family=ProxyFamily.SQLSERVER,
    max_database_name=0,
)
ORACLE = Engine(
    editions={
        "standard": Edition(engine="oracle-se2", licenses=[INCLUDED, BYOL]),
        "enterprise": Edition(engine="oracle-ee", licenses=[BYOL]),
    },
    port=1522,
    tls_port=2484,
    tls_options={
        "SQLNET.SSL_VERSION": "1.2",
        "SQLNET.CIPHER_SUITE": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    },
    separator="-",
    version="19",
    instance_class="db.m5.large",
    logs=["alert", "audit", "listener"],
    max_database_name=8,
)
DB2 = Engine(
    editions={
        "standard": Edition(engine="db2-se", licenses=[BYOL, MARKETPLACE]),
        "advanced": Edition(engine="db2-ae", licenses=[BYOL, MARKETPLACE]),
    },
    port=50001,
    tls_port=50443,
    version="11.5",
    instance_class="db.m6i.large",
    parameters=[
        Parameter("db2comm", "SSL", STATIC),
        Parameter("ssl_svcename", "50443", STATIC),
    ],
    separator="-",
    logs=["diag.log", "notify.log"],
    max_database_name=8,
    performance_insights=False,
)
AURORA_POSTGRESQL = Engine(
    editions={"community": Edition(engine="aurora-postgresql")},
    port=5433,
    version="17",
    parameters=POSTGRES_PARAMETERS,
    logs=["postgresql"],
    user_engine=UserEngine.POSTGRESQL,
    proxy_family=ProxyFamily.POSTGRESQL,
    master_username=POSTGRES_MASTER,
)
AURORA_MYSQL = Engine(
    editions={"community": Edition(engine="aurora-mysql")},
    port=3307,
    version="8.0",
    parameters=AURORA_MYSQL_PARAMETERS,
    logs=["audit", "error", "slowquery"],
    user_engine=UserEngine.MYSQL,
    proxy_family=ProxyFamily.MYSQL,
)
