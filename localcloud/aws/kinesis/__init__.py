"""Kinesis Data Streams."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="kinesis",
    moto="kinesis",
    warm_up=False,
    data_operations=frozenset({"PutRecord", "PutRecords", "GetRecords"}),
    data_changes_backend=False,
    collections={"kinesis-records": "records:put_back"},
    announced_collections=frozenset({"kinesis-records"}),
    overrides=("records:install", "overrides:install"),
)
