"""SNS."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="sns",
    moto="sns",
    data_operations=frozenset({"Publish", "PublishBatch"}),
    data_changes_backend=False,
    overrides=("data:install", "filtering:install", "notifications:install", "overrides:install"),
)
