"""SQL Server on RDS."""

from __future__ import annotations

from typing import Literal

from spec.relational import INCLUDED, InstanceStore


class SqlserverStore(InstanceStore):
    """A SQL Server on an instance of RDS, used by this service only, as its master user."""

    KIND = "sqlserver"
    REPLICATED = ("enterprise",)
    LICENSES = {"standard": (INCLUDED,), "enterprise": (INCLUDED,), "web": (INCLUDED,)}  # noqa: RUF012 - declared as ClassVar in the base

    kind: Literal["sqlserver"]
    """SQL Server on RDS."""

    version: Literal["2016", "2017", "2019", "2022"] = "2022"
    """Version, in quotes; RDS upgrades the minor version."""

    edition: Literal["standard", "enterprise", "web"] = "standard"
    """Edition; web has no standby in another zone. Express cannot be encrypted."""

    license: Literal["license-included"] = "license-included"
    """License model of RDS."""

    proxy: bool | None = None
    """RDS Proxy; default: true for functions."""
