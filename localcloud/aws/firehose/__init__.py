"""Data Firehose: delivery streams; the telemetry process takes and delivers their records."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="firehose",
    moto="firehose",
    warm_up=False,
    telemetry_operations=frozenset({"PutRecord", "PutRecordBatch"}),
)
