"""A SQL Server on RDS for a service, which uses its master user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.engines import SQLSERVER
from spec.stores.sqlserver import SqlserverStore
from stacks.kinds.databases import Choices, Relational

if TYPE_CHECKING:
    from components.service.kinds import StoreAccess, StoreContext

KIND = SqlserverStore.KIND


def define(spec: SqlserverStore, context: StoreContext) -> StoreAccess:
    """Define the instance."""
    store = Relational(context=context, engine=SQLSERVER, proxy=spec.proxy)
    return store.define_instance(
        spec,
        Choices(
            version=spec.version,
            edition=spec.edition,
            license=spec.license,
        ),
    )
