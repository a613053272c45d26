"""Lambda."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="lambda",
    moto="awslambda",
    quiet_operations=frozenset({"Invoke", "InvokeAsync"}),
    overrides=(
        "overrides.event_sources:install",
        "overrides.settings:install",
        "overrides.provisioned:install",
    ),
    overrides_with_endpoints=(
        "overrides.code:install",
        "overrides.invoke:install",
        "overrides.urls:install",
    ),
    applications=("overrides.invoke:Invocations",),
    downloads={
        "functions/code/([^/]+)": "overrides.code:read_code",
        "functions/urls": "overrides.urls:read_urls",
        "functions/provisioned": "overrides.provisioned:read_provisioned",
    },
)
