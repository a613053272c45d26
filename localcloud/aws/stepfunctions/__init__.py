"""Step Functions: state machines of jobs, whose executions run in the workers."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="states",
    moto="stepfunctions",
    warm_up=False,
    target_prefix="AWSStepFunctions",
    overrides=("overrides:install",),
    downloads={"states/executions/running": "executions:running"},
    reports={"states/executions": "executions:report"},
)
