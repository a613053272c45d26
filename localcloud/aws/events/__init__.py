"""EventBridge, through the emulated API only."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="events",
    moto="events",
    warm_up=False,
    quiet_operations=frozenset({"PutEvents"}),
    overrides=("overrides:install", "scheduled_rules:install"),
    reports={"events/scheduled": "scheduled_rules:report"},
)
