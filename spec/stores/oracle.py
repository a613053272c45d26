"""Oracle Database on RDS."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from spec.relational import BYOL, INCLUDED, InstanceStore

if TYPE_CHECKING:
    from collections.abc import Mapping


class OracleStore(InstanceStore):
    """An Oracle database on an instance of RDS, used by this service only, as its master user."""

    KIND = "oracle"
    EXAMPLE: ClassVar[Mapping[str, object]] = {"license": INCLUDED}
    LICENSES = {"standard": (INCLUDED, BYOL), "enterprise": (BYOL,)}  # noqa: RUF012 - declared as ClassVar in the base

    kind: Literal["oracle"]
    """Oracle Database on RDS."""

    version: Literal["19", "21"] = "19"
    """Major version, in quotes; RDS upgrades the minor version."""

    edition: Literal["standard", "enterprise"] = "standard"
    """Standard Edition 2 or Enterprise Edition."""

    license: Literal["license-included", "bring-your-own-license"]
    """License model of RDS; Enterprise Edition needs a license of your own."""
