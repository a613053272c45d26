"""ECS: services."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from localcloud.aws.ecs.resources.clusters import TAGS
from localcloud.off import is_without_tasks
from localcloud.provider import shapes
from localcloud.provider.cloud import AwsError
from localcloud.provider.context import CancelledError, TimeLimitError
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Mode,
    Naming,
    Op,
    Row,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

SENT = """availabilityZoneRebalancing capacityProviderStrategies desiredCount enableEcsManagedTags
    enableExecuteCommand healthCheckGracePeriodSeconds loadBalancers orderedPlacementStrategies
    placementConstraints platformVersion propagateTags serviceConnectConfiguration
    serviceRegistries taskDefinition volumeConfiguration vpcLatticeConfigurations"""
"""Inputs that create and update send unchanged."""

NAMES = {
    "loadBalancers.elbName": "loadBalancerName",
    "orderedPlacementStrategies": "placementStrategy",
    "volumeConfiguration": "volumeConfigurations",
}
DEPLOYMENT = """alarms deploymentCircuitBreaker deploymentConfiguration deploymentMaximumPercent
    deploymentMinimumHealthyPercent"""
"""Inputs of AWS's deployment configuration."""

SHOWN_EVENTS = 5
POLL_SECONDS = 0.5


def deployment(inputs: Properties) -> dict[str, Any]:
    """Return the deployment configuration with AWS's names."""
    operation = shapes.operation("ecs", "CreateService")
    shape = shapes.members_of(operation.input_shape)["deploymentConfiguration"]
    wanted: dict[str, Any] = dict(inputs.get("deploymentConfiguration") or {})
    wanted |= {
        name: inputs[name] for name in ("alarms", "deploymentCircuitBreaker") if name in inputs
    }
    if inputs.get("schedulingStrategy") != "DAEMON":
        wanted["maximumPercent"] = inputs.get("deploymentMaximumPercent", 200)
    wanted["minimumHealthyPercent"] = inputs.get("deploymentMinimumHealthyPercent", 100)
    return shapes.convert(shape, wanted, {}, "deploymentConfiguration")


def network(inputs: Properties) -> dict[str, Any]:
    """Return the network configuration with AWS's names."""
    block = inputs["networkConfiguration"]
    inside = {
        "assignPublicIp": "ENABLED" if block.get("assignPublicIp") else "DISABLED",
        "securityGroups": list(block.get("securityGroups") or ()),
        "subnets": list(block["subnets"]),
    }
    return {"awsvpcConfiguration": inside}


def create(context: Context) -> str:
    """Create a service."""
    fixed: dict[str, Any] = {"deploymentConfiguration": deployment(context.inputs)}
    if "networkConfiguration" in context.inputs:
        fixed["networkConfiguration"] = network(context.inputs)
    op = Op(
        name="CreateService",
        only=f"{SENT} cluster deploymentController iamRole launchType name schedulingStrategy",
        rename={**NAMES, "iamRole": "role"},
        fixed=fixed,
    )
    return context.call_with_inputs(op)["service"]["serviceArn"]


def change(context: Context) -> None:
    """Change what differs; ECS starts a new deployment if that affects the tasks."""
    fixed: dict[str, Any] = {}
    if context.changed.intersection(DEPLOYMENT.split()):
        fixed["deploymentConfiguration"] = deployment(context.inputs)
    if "networkConfiguration" in context.changed and "networkConfiguration" in context.inputs:
        fixed["networkConfiguration"] = network(context.inputs)
    if context.inputs.get("forceNewDeployment"):
        fixed["forceNewDeployment"] = True
    sent = [name for name in SENT.split() if name in context.changed and name in context.inputs]
    if sent or fixed:
        keys = {"cluster": "cluster", "service": "id"}
        context.call_with_inputs(
            Op(
                name="UpdateService",
                keys=keys,
                only=" ".join(sent) or "nothing",
                rename=NAMES,
                fixed=fixed,
            )
        )


def describe(context: Context) -> dict[str, Any] | None:
    """Return the service, None if it is inactive or does not exist."""
    cluster = context.get("cluster")
    parts = context.id.split("/")
    if not cluster and len(parts) > 1:  # an import: arn:...:service/cluster/name
        cluster = parts[-2]
    answer = context.call(
        "DescribeServices",
        services=[context.id.rpartition("/")[2]],
        include=["TAGS"],
        **({"cluster": cluster} if cluster else {}),
    )
    alive = [s for s in answer["services"] if s.get("status") != "INACTIVE"]
    return with_blocks(alive[0]) if alive else None


def with_blocks(service: Properties) -> dict[str, Any]:
    """Return the service with its network and deployment settings as the SDK groups them."""
    limits = service.get("deploymentConfiguration") or {}
    found = {
        "tags": [],
        **service,
        "deploymentCircuitBreaker": limits.get("deploymentCircuitBreaker"),
    }
    if service.get("capacityProviderStrategy"):
        found.pop("launchType", None)  # ECS answers one of them
    found["orderedPlacementStrategies"] = service.get("placementStrategy")
    if inside := (service.get("networkConfiguration") or {}).get("awsvpcConfiguration"):
        public = inside.get("assignPublicIp") == "ENABLED"
        found["networkConfiguration"] = {**inside, "assignPublicIp": public}
    return found


def steady(context: Context) -> None:
    """If `waitForSteadyState` is set, wait for the deployment; raise if it fails."""
    if not context.inputs.get("waitForSteadyState"):
        return
    name = context.inputs["name"]
    try:
        context.wait(
            f"the service {name} to become steady",
            lambda: is_steady(context, describe(context) or {}),
            interval=POLL_SECONDS,
        )
    except (TimeLimitError, CancelledError) as error:
        context.cancelled, context.deadline = threading.Event(), float("inf")  # for one more look
        raise type(error)(f"{error}{last_events(describe(context) or {})}") from error


def is_steady(context: Context, service: Properties) -> bool:
    """Say whether the deployment is complete; raise if it failed or was rolled back."""
    wanted = str(context.inputs.get("taskDefinition", ""))
    current = str(service.get("taskDefinition", ""))
    primary = next((d for d in service.get("deployments", []) if d["status"] == "PRIMARY"), {})
    state = primary.get("rolloutState", "COMPLETED")
    reason = str(primary.get("rolloutStateReason") or "its tasks did not become healthy")
    if state == "FAILED":
        raise failed(context, reason, service)
    if wanted.startswith("arn:") and current and current != wanted and state == "COMPLETED":
        back = current.rpartition("/")[2]
        raise failed(context, f"it was rolled back to {back}: {reason}", service)
    counted = is_without_tasks(reason) or service.get("runningCount") == service.get("desiredCount")
    renewed = primary.get("taskDefinition", current) == current
    alone = len(service.get("deployments", [])) <= 1
    return state == "COMPLETED" and counted and renewed and alone


def failed(context: Context, reason: str, service: Properties) -> AwsError:
    """Return the error of a failed deployment, with the last service events."""
    text = f"the deployment of {context.inputs['name']} failed: {reason}{last_events(service)}"
    return AwsError("ECS", "DeploymentFailed", text)


def last_events(service: Properties) -> str:
    """Return the last service events, a line each, the newest last."""
    events = [str(event.get("message", "")) for event in service.get("events", [])]
    return "".join(f"\n  {line}" for line in reversed(events[:SHOWN_EVENTS]) if line)


def outputs(context: Context, found: Properties) -> Properties:
    """Return cluster and task definition in the program's form: name or ARN."""
    values: dict[str, Any] = {"cluster": found.get("clusterArn")}
    values["taskDefinition"] = found.get("taskDefinition")
    for key, value in values.items():
        written = str(context.get(key) or "")
        short = str(value or "").rpartition("/")[2]
        if written and written in (short, short.rpartition(":")[0]):
            values[key] = written
    return values


def remove(context: Context) -> None:
    """Stop the tasks of the service and delete it."""
    if describe(context) is None:
        return
    keys = {"cluster": "cluster", "service": "id"}
    if context.get("schedulingStrategy") != "DAEMON":
        context.call_with_keys(Op(name="UpdateService", keys=keys, fixed={"desiredCount": 0}))
    context.call_with_keys(Op(name="DeleteService", keys=keys, fixed={"force": True}))


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ECS's constraints across the inputs of a service."""
    if inputs.get("launchType") and inputs.get("capacityProviderStrategies"):
        yield CheckFailure(
            "capacityProviderStrategies", "conflicts with launchType: set one of them"
        )
    breaker = inputs.get("deploymentCircuitBreaker")
    if isinstance(breaker, dict) and breaker.get("rollback") and not breaker.get("enable"):
        yield CheckFailure(
            "deploymentCircuitBreaker.rollback", "requires enable: set it, or remove this"
        )
    if inputs.get("launchType") == "FARGATE" and inputs.get("schedulingStrategy") == "DAEMON":
        yield CheckFailure("schedulingStrategy", "is DAEMON, which Fargate has not: use REPLICA")


SERVICE = Row(
    type="aws:ecs/service:Service",
    served_in_one_region=True,
    service="ecs",
    inputs={
        **each(
            UPDATE,
            """taskDefinition deploymentCircuitBreaker deploymentConfiguration
            networkConfiguration tags""",
        ),
        **each(
            UPDATE, "forceDelete forceNewDeployment triggers waitForSteadyState", state_only=True
        ),
        "alarms": Input(UPDATE, supported=False),
        "sigintRollback": Input(UPDATE, supported=False),
        **each(REPLACE, "cluster deploymentController iamRole launchType region"),
        "deploymentController.type": Input(REPLACE, supported_values=("ECS",)),
        "deploymentConfiguration.strategy": Input(UPDATE, supported_values=("ROLLING",)),
        "deploymentConfiguration.bakeTimeInMinutes": Input(UPDATE, supported=False),
        "deploymentConfiguration.canaryConfiguration": Input(UPDATE, supported=False),
        "deploymentConfiguration.lifecycleHooks": Input(UPDATE, supported=False),
        "deploymentConfiguration.linearConfiguration": Input(UPDATE, supported=False),
        "loadBalancers.advancedConfiguration": Input(UPDATE, supported=False),
        "schedulingStrategy": Input(REPLACE, default="REPLICA"),
        "availabilityZoneRebalancing": Input(UPDATE, reset="DISABLED"),
        "capacityProviderStrategies": Input(UPDATE, reset=[], unordered=True),
        "desiredCount": Input(UPDATE, reset=0, limit=Limit(0)),
        "enableEcsManagedTags": Input(UPDATE, reset=False),
        "enableExecuteCommand": Input(UPDATE, reset=False),
        "healthCheckGracePeriodSeconds": Input(UPDATE, reset=0),
        "loadBalancers": Input(UPDATE, reset=[], unordered=True),
        "orderedPlacementStrategies": Input(UPDATE, reset=[]),
        "placementConstraints": Input(UPDATE, reset=[], unordered=True),
        "platformVersion": Input(UPDATE, reset="LATEST"),
        "propagateTags": Input(UPDATE, reset="NONE"),
        "serviceConnectConfiguration": Input(UPDATE, supported=False),
        "serviceRegistries": Input(UPDATE, supported=False),
        "volumeConfiguration": Input(UPDATE, supported=False),
        "vpcLatticeConfigurations": Input(UPDATE, supported=False),
        "deploymentMaximumPercent": Input(UPDATE, default=200, limit=Limit(0)),
        "deploymentMinimumHealthyPercent": Input(UPDATE, default=100, limit=Limit(0)),
        "name": Input(REPLACE, limit=Limit(max_length=255, pattern="[A-Za-z0-9_-]+")),
    },
    mode=Mode.OVERLAY,
    name=Naming(max_length=255),
    create=create,
    read=describe,
    update=change,
    delete=remove,
    wait_until_ready=steady,
    tags=TAGS,
    outputs={
        "deploymentMaximumPercent": "deploymentConfiguration.maximumPercent",
        "deploymentMinimumHealthyPercent": "deploymentConfiguration.minimumHealthyPercent",
        "iamRole": "",
        "platformVersion": "",
    },
    computed=outputs,
    check=check,
    check_operations=("CreateService",),
    time_limit=1200,
)

ROWS = (SERVICE,)
