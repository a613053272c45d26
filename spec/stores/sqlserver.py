"""SQL Server on RDS."""

from __future__ import annotations

from typing import Literal, Self

import pydantic
from pydantic import Field

from spec.relational import INCLUDED, InstanceStore


class SqlserverStore(InstanceStore):
    """A SQL Server on an instance of RDS, used by this service only, as its master user."""

    KIND = "sqlserver"
    LICENSES = {"standard": (INCLUDED,), "enterprise": (INCLUDED,), "web": (INCLUDED,)}  # noqa: RUF012 - declared as ClassVar in the base

    kind: Literal["sqlserver"]
    """SQL Server on RDS."""

    version: Literal["2016", "2017", "2019", "2022"] = "2022"
    """Version, in quotes; RDS upgrades the minor version."""

    edition: Literal["standard", "enterprise", "web"] = "standard"
    """Edition; web has no standby in another zone. Express cannot be encrypted."""

    license: Literal["license-included"] = "license-included"
    """License model of RDS."""

    read_replicas: int = Field(default=0, ge=0, le=15)
    """Number of read replicas, of the edition enterprise."""

    proxy: bool | None = None
    """RDS Proxy; default: true for functions."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of every relational store, and the replicas' hosts."""
        return (*super().variables, *(("READER_HOST",) if self.read_replicas else ()))

    @pydantic.model_validator(mode="after")
    def _replicated(self) -> Self:
        if self.read_replicas and self.edition != "enterprise":
            raise ValueError(
                "write edition as enterprise, or remove read_replicas: RDS replicates no other"
            )
        return self
