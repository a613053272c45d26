"""PostgreSQL on RDS."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from spec.relational import InstanceStore


class PostgresqlStore(InstanceStore):
    """A PostgreSQL database on an instance of RDS, used by this service only."""

    KIND = "postgresql"
    REPLICATED = (None,)

    kind: Literal["postgresql"]
    """PostgreSQL on RDS."""

    version: str = Field(default="17", pattern=r"^[0-9]+$")
    """Major version, in quotes; RDS upgrades the minor version."""

    proxy: bool | None = None
    """RDS Proxy; default: true for functions."""
