"""MariaDB on RDS."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from spec.relational import InstanceStore


class MariadbStore(InstanceStore):
    """A MariaDB database on an instance of RDS, used by this service only."""

    KIND = "mariadb"
    REPLICATED = (None,)

    kind: Literal["mariadb"]
    """MariaDB on RDS."""

    version: str = Field(default="11.4", pattern=r"^[0-9]+\.[0-9]+$")
    """Major version, in quotes; RDS upgrades the minor version."""

    proxy: bool | None = None
    """RDS Proxy; default: true for functions."""
