"""A Db2 database on RDS for a service, which uses its master user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.engines import DB2
from spec.stores.db2 import Db2Store
from stacks.kinds.databases import Choices, Relational

if TYPE_CHECKING:
    from components.service.kinds import StoreAccess, StoreContext

KIND = Db2Store.KIND


def define(spec: Db2Store, context: StoreContext) -> StoreAccess:
    """Define the instance."""
    ids = {"rds.ibm_customer_id": spec.ibm_customer_id, "rds.ibm_site_id": spec.ibm_site_id}
    store = Relational(context=context, engine=DB2, proxy=False)
    return store.define_instance(
        spec,
        Choices(
            version=spec.version,
            edition=spec.edition,
            license=spec.license,
            license_parameters={name: value for name, value in ids.items() if value is not None},
        ),
    )
