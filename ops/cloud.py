"""The states of the services of the stack `local`, from the emulated AWS."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.clients import client

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localcloud.layout import Layout

READY = "ready"
STARTING = "starting"
FAILED = "failed"
STOPPED = "stopped"


@dataclass(frozen=True)
class Service:
    """One service, or one process of a service, and its state."""

    name: str
    kind: str
    state: str
    detail: str = ""
    log: str = ""


def outputs_file(layout: Layout) -> Path:
    """Return the file with the outputs of the last `up`."""
    return layout.run / "outputs.json"


def outputs(layout: Layout) -> dict[str, Any]:
    """Return the outputs of the last `up`; {} if there was none."""
    return _read(outputs_file(layout))


def endpoints(layout: Layout, known: Mapping[str, Any]) -> dict[str, str]:
    """Return the URLs of the load balancer and of the HTTP API that the front door serves."""
    served = _read(layout.run / "frontdoor.json")
    shop = served.get("listeners", {}).get(known.get("shop_listener_arn"), {}).get("url")
    api = served.get("apis", {}).get(known.get("api_id"), {}).get("url")
    found = {"shop": shop, "api": api}
    return {name: url.rstrip("/") for name, url in found.items() if url}


def services(layout: Layout, known: Mapping[str, Any]) -> list[Service]:
    """Return the state of every service."""
    found: list[Service] = []
    for name, about in sorted(known.get("services", {}).items()):
        try:
            found += _service(layout, name, about)
        except ClientError as error:
            found.append(Service(name, about["kind"], STOPPED, str(error)))
        except BotoCoreError as error:  # the supervisor is restarting the control plane
            detail = f"the emulated AWS does not answer: {error}"
            found.append(Service(name, about["kind"], STARTING, detail))
    return found


def _service(layout: Layout, name: str, about: Mapping[str, Any]) -> list[Service]:
    if about["kind"] == "lambda":
        return [_function(layout, name, about["function_name"])]
    arns, cluster = about["service_arns"], about["cluster_arn"]
    return [_container(layout, name, part, cluster, arns[part]) for part in arns]


def _container(layout: Layout, name: str, part: str, cluster: str, arn: str) -> Service:
    """Return the state of an ECS service: rolled out, running, and a healthy target."""
    title = name if part == "main" else f"{name}-{part}"
    answer = client(layout, "ecs").describe_services(cluster=cluster, services=[arn])
    if not answer["services"]:
        return Service(title, "fargate", STOPPED, "there is no such ECS service")
    service = answer["services"][0]
    family = service["taskDefinition"].rpartition("/")[2].partition(":")[0]
    log = str(layout.logs / f"{family}.log")
    deployments: list[dict[str, Any]] = service.get("deployments") or [{}]
    deployment = deployments[0]
    rollout = deployment.get("rolloutState", "")
    running, wanted = service["runningCount"], service["desiredCount"]
    detail = f"{running} of {wanted} tasks"
    if rollout == "FAILED":
        return Service(title, "fargate", FAILED, deployment.get("rolloutStateReason", detail), log)
    if rollout != "COMPLETED" or running < wanted:
        return Service(title, "fargate", STARTING, detail, log)
    if not all(_has_target(layout, one["targetGroupArn"]) for one in service["loadBalancers"]):
        return Service(title, "fargate", STARTING, "no healthy target yet", log)
    return Service(title, "fargate", READY, detail, log)


def _has_target(layout: Layout, group: str) -> bool:
    found = client(layout, "elbv2").describe_target_health(TargetGroupArn=group)
    states = [one["TargetHealth"]["State"] for one in found["TargetHealthDescriptions"]]
    return "healthy" in states


def _function(layout: Layout, name: str, function: str) -> Service:
    found = client(layout, "lambda").get_function_configuration(FunctionName=function)
    log = str(layout.logs / f"{function}.log")
    state = found.get("State", "Active")
    if state == "Active":
        return Service(name, "lambda", READY, "", log)
    kind = FAILED if state == "Failed" else STARTING
    return Service(name, "lambda", kind, found.get("StateReason", state), log)


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return {}
