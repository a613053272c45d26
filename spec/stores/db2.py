"""Db2 on RDS."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

import pydantic
from pydantic import Field

from spec.relational import BYOL, MARKETPLACE, InstanceStore

if TYPE_CHECKING:
    from collections.abc import Mapping


class Db2Store(InstanceStore):
    """A Db2 database on an instance of RDS, used by this service only, as its master user."""

    KIND = "db2"
    EXAMPLE: ClassVar[Mapping[str, object]] = {"license": MARKETPLACE}
    LICENSES = {"standard": (BYOL, MARKETPLACE), "advanced": (BYOL, MARKETPLACE)}  # noqa: RUF012 - declared as ClassVar in the base

    kind: Literal["db2"]
    """Db2 on RDS."""

    version: Literal["11.5", "12.1"] = "11.5"
    """Major version, in quotes; RDS upgrades the minor version."""

    edition: Literal["standard", "advanced"] = "standard"
    """Standard or Advanced Edition."""

    license: Literal["bring-your-own-license", "marketplace-license"]
    """License model of RDS."""

    ibm_customer_id: str | None = Field(default=None, pattern=r"^[0-9]{1,20}$")
    """IBM customer number of a license of your own, in quotes."""

    ibm_site_id: str | None = Field(default=None, pattern=r"^[0-9]{1,20}$")
    """IBM site number of a license of your own, in quotes."""

    @pydantic.model_validator(mode="after")
    def _identified(self) -> Self:
        ids = {"ibm_customer_id": self.ibm_customer_id, "ibm_site_id": self.ibm_site_id}
        missing = [name for name, value in ids.items() if value is None]
        if self.license == BYOL and missing:
            raise ValueError(
                f"add {' and '.join(missing)} of your license, in quotes, or write license as"
                f" {MARKETPLACE}"
            )
        if self.license != BYOL and len(missing) < len(ids):
            raise ValueError(f"remove {' and '.join(ids)}, or write license as {BYOL}")
        return self
