"""The engines of RDS and Aurora: names, licenses, ports, and the servers that run them here."""

from __future__ import annotations

import re
from dataclasses import dataclass

GPL = "general-public-license"
POSTGRESQL_LICENSE = "postgresql-license"
INCLUDED = "license-included"
BYOL = "bring-your-own-license"
MARKETPLACE = "marketplace-license"


@dataclass(frozen=True, kw_only=True)
class RdsEngine:
    """What RDS documents about one value of `Engine`."""

    licenses: tuple[str, ...]
    """License models; the first is the default."""

    port: int
    """Default port."""

    version: str
    """Default version."""

    parts: int = 1
    """Numbers in a major version: 1 for 17, 2 for 8.4."""

    separator: str = ""
    """What stands between engine and major version in the name of a parameter group family."""

    name_length: int = 64
    """Maximum length of `DBName`; 0: RDS creates no database."""

    server: str
    """Name of the local engine that runs it, or that it would need."""

    def major(self, version: str) -> str:
        """Return the major version of *version*."""
        return ".".join(version.split(".")[: self.parts])


POSTGRES = RdsEngine(
    licenses=(POSTGRESQL_LICENSE,), port=5432, version="17.6", name_length=63, server="postgresql"
)
MYSQL = RdsEngine(licenses=(GPL,), port=3306, version="8.4.7", parts=2, server="mariadb")
MARIADB = RdsEngine(licenses=(GPL,), port=3306, version="11.8.5", parts=2, server="mariadb")
AURORA_POSTGRESQL = RdsEngine(
    licenses=(POSTGRESQL_LICENSE,), port=5432, version="17.5", name_length=63, server="postgresql"
)
AURORA_MYSQL = RdsEngine(
    licenses=(GPL,), port=3306, version="8.0.mysql_aurora.3.10.1", parts=2, server="mariadb"
)
SQLSERVER = RdsEngine(
    licenses=(INCLUDED,),
    port=1433,
    version="16.00.4215.2.v1",
    parts=2,
    separator="-",
    name_length=0,
    server="sqlserver",
)
DB2 = RdsEngine(
    licenses=(BYOL, MARKETPLACE),
    port=50_000,
    version="11.5.9.0.sb00063198.r1",
    parts=2,
    separator="-",
    name_length=8,
    server="db2",
)


def _oracle(*licenses: str) -> RdsEngine:
    return RdsEngine(
        licenses=licenses,
        port=1521,
        version="19.0.0.0.ru-2025-10.rur-2025-10.r1",
        separator="-",
        name_length=8,
        server="oracle",
    )


INSTANCE_ENGINES = {
    "postgres": POSTGRES,
    "mysql": MYSQL,
    "mariadb": MARIADB,
    **dict.fromkeys(("sqlserver-ee", "sqlserver-se", "sqlserver-ex", "sqlserver-web"), SQLSERVER),
    **dict.fromkeys(("oracle-ee", "oracle-ee-cdb"), _oracle(BYOL)),
    **dict.fromkeys(("oracle-se2", "oracle-se2-cdb"), _oracle(INCLUDED, BYOL)),
    **dict.fromkeys(("db2-ae", "db2-se"), DB2),
}
"""Engines of database instances."""

ENGINES = {
    **INSTANCE_ENGINES,
    "aurora-postgresql": AURORA_POSTGRESQL,
    "aurora-mysql": AURORA_MYSQL,
}
"""Engines of instances and clusters."""

FAMILY = re.compile(
    r"(aurora-postgresql|postgres)(9\.\d|\d{2})|(aurora-mysql|aurora|mysql|mariadb)\d+\.\d+"
    r"|(custom-)?oracle-(ee|se2|se1|se)(-cdb)?-\d+(\.\d)?|(custom-)?sqlserver-(ee|se|ex|web)-\d+\.\d"
    r"|db2-(ae|se)-\d+\.\d"
)
"""Names of parameter group families."""


def server_of(engine: str | None) -> str:
    """Return the name of the local engine that *engine* needs; '' for engines of other services."""
    known = ENGINES.get(engine or "")
    return known.server if known is not None else ""


def family_of(engine: str, version: str) -> str:
    """Return the parameter group family of *engine*: `mysql8.4`, `sqlserver-se-16.0`."""
    known = ENGINES[engine]
    return f"{engine}{known.separator}{known.major(version).replace('.00', '.0')}"
