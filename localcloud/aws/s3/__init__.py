"""S3."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="s3",
    moto="s3",
    read_operations=frozenset({"SelectObjectContent"}),
    data_operations=frozenset({"PutObject", "DeleteObject", "DeleteObjects"}),
    data_changes_backend=False,
    collections={"s3": "data:put_back"},
    overrides=("data:install", "overrides:install", "answers:install", "access:install",
               "notifications:install", "lifecycle:install"),
    reports={"s3/expire": "lifecycle:expire"},
    after_load=("data:after_load", "answers:after_load"),
)  # fmt: skip
