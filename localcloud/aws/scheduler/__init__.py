"""EventBridge Scheduler: schedules fire in the workers."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="scheduler",
    moto="scheduler",
    warm_up=False,
    overrides=("overrides:install",),
)
