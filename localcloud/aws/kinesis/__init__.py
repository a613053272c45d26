"""Kinesis Data Streams, through the emulated API only."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="kinesis",
    moto="kinesis",
    warm_up=False,
    quiet_operations=frozenset({"PutRecord", "PutRecords"}),
)
