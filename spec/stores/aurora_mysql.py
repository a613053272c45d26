"""MySQL on Aurora Serverless v2."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from spec.relational import AuroraStore


class AuroraMysqlStore(AuroraStore):
    """A MySQL cluster on Aurora Serverless v2, used by this service only."""

    KIND = "aurora-mysql"

    kind: Literal["aurora-mysql"]
    """MySQL on Aurora Serverless v2."""

    version: str = Field(default="8.0", pattern=r"^[0-9]+\.[0-9]+$")
    """Major version, in quotes; RDS upgrades the minor version."""
