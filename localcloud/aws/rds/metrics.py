"""`AWS/RDS`: connections of PostgreSQL databases, counted by their servers once a minute."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import psycopg
from moto.rds.models import DBInstance

from localcloud.aws.journal import JOURNAL
from localcloud.aws.rds.overrides import servers
from localcloud.engines.engine import ServerError
from localcloud.measurements import MINUTE

if TYPE_CHECKING:
    from localcloud.measurements import Measurements

NAMESPACE = "AWS/RDS"
_minutes: WeakKeyDictionary[Measurements, int] = WeakKeyDictionary()
"""The last minute that was measured."""


def measure(measurements: Measurements) -> None:
    """Add the connections of each database; of one that does not run there is no value."""
    minute = int(time.time()) // MINUTE
    if _minutes.get(measurements) == minute:
        return
    _minutes[measurements] = minute
    with JOURNAL.lock:
        dimensions = {
            servers.name(one): (
                "DBInstanceIdentifier" if isinstance(one, DBInstance) else "DBClusterIdentifier",
                servers.identifier(one),
            )
            for one in servers.owners()
            if servers.is_postgresql(one)
        }
    for name, (kind, identifier) in dimensions.items():
        try:
            number = servers.connections(name)
        except (psycopg.Error, ServerError, OSError):
            continue
        measurements.add(
            NAMESPACE, "DatabaseConnections", float(number), dimensions={kind: identifier}
        )
