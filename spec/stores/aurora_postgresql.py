"""PostgreSQL on Aurora Serverless v2."""

from __future__ import annotations

from typing import Literal, Self

import pydantic
from pydantic import Field

from spec.model import EnvironmentLimit, StoreSpec


class AuroraPostgresqlStore(StoreSpec):
    """A PostgreSQL cluster on Aurora Serverless v2, used by this service only."""

    KIND = "aurora-postgresql"
    VARIABLES = ("HOST", "PORT", "NAME", "USER", "SSLMODE", "SECRET_ARN")
    IN_NETWORK = True
    MIGRATABLE = True
    MAX_NAME_LENGTH = 26  # the role "<service>-<store>-instances-monitor" has 64
    ENVIRONMENT_LIMIT = EnvironmentLimit(
        13,  # an IAM role's policies hold 10,240 characters, about 730 for each database
        "database",
        "one role rotates all passwords, and its policy is full",
    )

    kind: Literal["aurora-postgresql"]
    """PostgreSQL on Aurora Serverless v2."""

    version: str = Field(default="17", pattern=r"^[0-9]+$")
    """Major version, in quotes; RDS upgrades the minor version."""

    min_capacity: float = Field(default=0.5, ge=0, le=256, multiple_of=0.5)
    """Minimum capacity in ACUs."""

    max_capacity: float = Field(default=4, ge=1, le=256, multiple_of=0.5)
    """Maximum capacity in ACUs."""

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max_capacity < self.min_capacity:
            raise ValueError(f"write max_capacity as {self.min_capacity:g} or more")
        return self
