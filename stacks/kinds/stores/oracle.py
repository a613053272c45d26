"""An Oracle database on RDS for a service, which uses its master user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.engines import ORACLE
from spec.stores.oracle import OracleStore
from stacks.kinds.databases import Choices, Relational

if TYPE_CHECKING:
    from components.service.kinds import StoreAccess, StoreContext

KIND = OracleStore.KIND


def define(spec: OracleStore, context: StoreContext) -> StoreAccess:
    """Define the instance."""
    store = Relational(context=context, engine=ORACLE, proxy=False)
    choices = Choices(version=spec.version, edition=spec.edition, license=spec.license)
    return store.define_instance(spec, choices)
