"""The engine families that AWS has separate controls for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine import resource_types as aws

if TYPE_CHECKING:
    from policy.engine.resource import Resource

_FAMILIES = {
    aws.RDS_INSTANCE: ("mariadb", "mysql", "postgres", "sqlserver"),
    aws.RDS_CLUSTER: ("aurora-mysql", "aurora-postgresql", "mysql", "postgres"),
}


def engine_parts(database: Resource, engine: object) -> list[str]:
    """Return the part of a rule that is about *engine*: `instance-postgres`, `cluster-mysql`."""
    kind = "cluster" if database.type == aws.RDS_CLUSTER else "instance"
    return [
        f"{kind}-{one}"
        for one in _FAMILIES.get(database.type, ())
        if isinstance(engine, str) and engine.startswith(one)
    ]
