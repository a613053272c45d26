"""RDS and Aurora."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="rds",
    moto="rds",
    overrides=(
        "overrides.parameter_groups:install",
        "overrides.proxies:install",
        "overrides.proxy_endpoints:install",
        "overrides.settings:install",
        "overrides.replicas:install",
    ),
    overrides_with_endpoints=("overrides.databases:install", "overrides.local_proxies:install"),
    gauges=("metrics:measure",),
    resume=("overrides.databases:resume", "overrides.local_proxies:resume"),
    close=("overrides.databases:close", "overrides.local_proxies:close"),
)
