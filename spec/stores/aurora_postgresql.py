"""PostgreSQL on Aurora Serverless v2."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from spec.relational import AuroraStore


class AuroraPostgresqlStore(AuroraStore):
    """A PostgreSQL cluster on Aurora Serverless v2, used by this service only."""

    KIND = "aurora-postgresql"

    kind: Literal["aurora-postgresql"]
    """PostgreSQL on Aurora Serverless v2."""

    version: str = Field(default="17", pattern=r"^[0-9]+$")
    """Major version, in quotes; RDS upgrades the minor version."""
