"""EventBridge, through the emulated API only."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="events",
    moto="events",
    warm_up=False,
    data_operations=frozenset({"PutEvents"}),
    data_changes_backend=False,
    collections={"events-archive": "archives:put_back", "events-retry": "retries:put_back"},
    resume=("delivery:resume",),
    close=("retries:close",),
    overrides=(
        "overrides:install",
        "archives:install",
        "replays:install",
        "scheduled_rules:install",
    ),
    reports={"events/scheduled": "scheduled_rules:report"},
)
