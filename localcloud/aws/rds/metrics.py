"""`AWS/RDS`: connections and processor time of databases, once a minute."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from moto.rds.models import DBInstance

from localcloud.aws.journal import JOURNAL
from localcloud.aws.rds.overrides import servers
from localcloud.aws.samples import SECONDS, Samples
from localcloud.engines.engine import ServerError

if TYPE_CHECKING:
    from localcloud.measurements import Measurements

NAMESPACE = "AWS/RDS"
_samples = Samples()


def measure(measurements: Measurements) -> None:
    """Add the values of each database; of one that does not run there are none."""
    if not _samples.due(measurements):
        return
    with JOURNAL.lock:
        found = [
            (
                servers.server(one),
                "DBInstanceIdentifier" if isinstance(one, DBInstance) else "DBClusterIdentifier",
                servers.identifier(one),
            )
            for one in servers.owners()
            if servers.can_run(one)
        ]
    for (engine, name), kind, identifier in found:
        try:
            read = servers.statistics(engine, name)
        except ServerError:
            continue
        dimensions = {kind: identifier}
        measurements.add(
            NAMESPACE, "DatabaseConnections", float(read.connections), dimensions=dimensions
        )
        counters = {"processor": read.processor_seconds}
        if grown := _samples.increases(measurements, f"{engine} {name}", counters):
            share = grown["processor"] / grown[SECONDS] / (os.cpu_count() or 1)
            measurements.add(
                NAMESPACE,
                "CPUUtilization",
                min(100 * share, 100.0),
                unit="Percent",
                dimensions=dimensions,
            )
