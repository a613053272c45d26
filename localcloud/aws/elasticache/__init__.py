"""ElastiCache."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="elasticache",
    moto="elasticache",
    warm_up=False,
    overrides=(
        "overrides.network:install",
        "overrides.users:install",
        "overrides.serverless:install",
        "overrides.groups:install",
        "overrides.clusters:install",
        "overrides.tags:install",
    ),
    overrides_with_endpoints=("overrides.servers:install",),
    gauges=("metrics:measure",),
    resume=("overrides.servers:resume",),
    close=("overrides.servers:close",),
)
