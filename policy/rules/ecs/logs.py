"""Rules on logs, metrics and traces of ECS."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from policy.engine import resource_types as aws
from policy.engine.containers import containers
from policy.engine.logs import has_retention, named_group_has_retention
from policy.engine.resource import value_at
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_array, is_missing, is_object, is_true

CLUSTER = "aws:ecs/cluster:Cluster"
_DRIVERS = ("awslogs", "awsfirelens", "splunk")
_EXEC = "configuration.executeCommandConfiguration"
_INSIGHTS = {"name": "containerInsights", "value": "enabled"}


def _with_insights(cluster: Resource) -> dict[str, Any]:
    settings = cluster.props.get("settings")
    if settings is UNKNOWN or UNKNOWN in as_list(settings):
        return {}
    others = [one for one in cluster.entries("settings") if one.get("name") != "containerInsights"]
    return {"settings": [*others, _INSIGHTS]}


@rule(CLUSTER, remediate=_with_insights)
@classify("audit", "observability", "medium", "mandatory")
def ecs_container_insights(cluster: Resource) -> Messages:
    """Clusters must have Container Insights enabled.

    Without Container Insights there are no metrics per task, so memory or CPU shortages are hard to
    diagnose.

    References: FSBP ECS.12, Config ecs-container-insights-enabled, Checkov CKV_AWS_65,
    cdk-nag AwsSolutions-ECS4
    Remediation: Add to settings the name "containerInsights" with the value "enabled".
    """
    found = as_list(cluster.get("settings"))
    undecided = any(one is UNKNOWN for one in (cluster.get("settings"), *found))
    if undecided or any(_measures(one) for one in found):
        return
    yield (
        f"The ECS cluster '{cluster.name}' must have Container Insights enabled: add to settings"
        ' the name "containerInsights" with the value "enabled".'
    )


def _measures(setting: Any) -> bool:
    if not is_object(setting) or setting.get("name") not in ("containerInsights", UNKNOWN):
        return False
    return setting.get("value") in ("enabled", "enhanced", UNKNOWN)


@rule(aws.ECS_TASK_DEFINITION)
@classify("architecture", "observability", "high", "mandatory")
def ecs_container_logs(task: Resource) -> Messages:
    """Containers must have a log configuration.

    Without a log configuration, container output is lost when the task stops.

    References: FSBP ECS.9, Config ecs-task-definition-log-configuration, cdk-nag AwsSolutions-ECS7
    """
    for container in containers(task):
        if not is_missing(container.get("firelensConfiguration")):
            continue
        driver = value_at(container, "logConfiguration.logDriver")
        if driver not in (*_DRIVERS, UNKNOWN):
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must have a log"
                ' configuration: set logConfiguration.logDriver to "awslogs" in'
                " container_definitions."
            )


@stack_rule(aws.ECS_TASK_DEFINITION, aws.LOG_GROUP)
@classify("audit", "observability", "medium", "mandatory")
def ecs_log_group_kept(stack: Stack) -> Findings:
    """Log groups of containers must be in the stack and have a retention.

    A log group created automatically has no retention and no customer managed key.

    References: FSBP ECS.9, Checkov CKV_AWS_66
    """
    groups = stack.of_type(aws.LOG_GROUP)
    for task in stack.of_type(aws.ECS_TASK_DEFINITION):
        for name in sorted(set(_log_groups(task))):
            kept = named_group_has_retention(name, groups)
            if kept is None:
                kept = any(_may_be(stack, task, group) for group in groups)
            if not kept:
                yield task.finding(
                    f"The log group '{name}' of the task definition '{task.name}' must be in the"
                    " stack: add a LogGroup of that name with retention_in_days above 0."
                )


def _log_groups(task: Resource) -> Messages:
    for container in containers(task):
        if value_at(container, "logConfiguration.logDriver") == "awslogs":
            name = value_at(container, "logConfiguration.options.awslogs-group")
            if isinstance(name, str):
                yield name


def _may_be(stack: Stack, task: Resource, group: Resource) -> bool:
    """Return whether *group*, whose name is not known yet, may belong to *task*."""
    name = group.get("name")
    named_later = is_missing(name) and stack.refers_to(task, "containerDefinitions", group)
    return (name is UNKNOWN or named_later) and has_retention(group) is not False


@rule(CLUSTER)
@classify("audit", "observability", "medium", "advisory")
def ecs_exec_logged_and_encrypted(cluster: Resource) -> Messages:
    """ECS Exec sessions must be encrypted with a KMS key and logged to an encrypted destination.

    ECS Exec gives shell access to containers and their secrets; the log is the only record of the
    commands.

    References: Checkov CKV_AWS_223, Checkov CKV_AWS_224
    """
    if cluster.is_missing(_EXEC):
        return
    if cluster.is_missing(f"{_EXEC}.kmsKeyId"):
        yield (
            f"The ECS cluster '{cluster.name}' must encrypt ECS Exec sessions: set kms_key_id in"
            " configuration.execute_command_configuration."
        )
    logging = cluster.get(f"{_EXEC}.logging")
    if logging == "NONE" or (logging == "OVERRIDE" and not _is_log_encrypted(cluster)):
        yield (
            f"The ECS cluster '{cluster.name}' must log ECS Exec sessions: set logging to"
            ' "OVERRIDE" in configuration.execute_command_configuration, and in its'
            " log_configuration cloud_watch_encryption_enabled=True or"
            " s3_bucket_encryption_enabled=True."
        )


def _is_log_encrypted(cluster: Resource) -> bool:
    found = [
        cluster.get(f"{_EXEC}.logConfiguration.{one}")
        for one in ("cloudWatchEncryptionEnabled", "s3BucketEncryptionEnabled")
    ]
    return any(one is UNKNOWN or is_true(one) for one in found)


@rule(
    aws.ECS_TASK_DEFINITION,
    params={
        "collectorImages": [
            "*aws-otel-collector*",
            "*opentelemetry-collector*",
            "*cloudwatch-agent*",
        ],
        "endpointVariables": [
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        ],
    },
)
@classify("architecture", "observability", "low", "advisory")
def ecs_service_traced(task: Resource) -> Messages:
    """Containers must send traces to a collector.

    Without traces, a request cannot be followed across services.
    """
    found = task.document("containerDefinitions")
    unread = not is_array(found) and not task.is_missing("containerDefinitions")
    if unread or any(one is UNKNOWN or _is_traced(task, one) for one in as_list(found)):
        return
    variables = " or ".join(as_list(task.params["endpointVariables"]))
    yield (
        f"The task definition '{task.name}' must send its traces: add to container_definitions a"
        f" container with a collector, or set {variables} in a container's environment."
    )


def _is_traced(task: Resource, container: Any) -> bool:
    """Return whether *container* is a trace collector, or has or may have the endpoint of one."""
    if not is_object(container):
        return False
    image, variables = container.get("image"), container.get("environment")
    if UNKNOWN in (image, variables):
        return True
    if isinstance(image, str) and any(
        fnmatchcase(image, one) for one in as_list(task.params["collectorImages"])
    ):
        return True
    names = [
        UNKNOWN if one is UNKNOWN else one.get("name")
        for one in (*as_list(variables), *as_list(container.get("secrets")))
        if one is UNKNOWN or is_object(one)
    ]
    return any(one is UNKNOWN or one in task.params["endpointVariables"] for one in names)
