"""The states of the services of the stack `local`, from its state and from the emulated AWS."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from localcloud import off
from localcloud.account import REGION
from localcloud.clients import client
from localcloud.stopped import NOT_RUN
from localcloud.stopped import read as read_stopped
from ops import deployed, initialization
from ops.folders import source_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localcloud.layout import Layout
    from ops.deployed import Resource, Workload

READY = "ready"
STARTING = "starting"
FAILED = "failed"
MISSING = "missing"
"""Nothing serves or runs it, though it is deployed."""
STOPPED = "stopped"
"""Stopped on purpose, by `bulkhead up --only` or with the local cloud."""
UNSUPPORTED = "not run"
"""Deployed, and the local cloud has nothing to run it with."""
OFF = "off"
"""Deployed, and an engine that it needs is not installed on this machine."""
SETTLED = (READY, STOPPED, UNSUPPORTED, OFF)
"""The states in which nothing is to be waited for, or to be repaired."""
BUCKET = "aws:s3/bucket:Bucket"
STOPPED_DETAIL = "started by: bulkhead up"


@dataclass(frozen=True)
class Service:
    """The state of a deployed function, ECS service, endpoint or database."""

    name: str
    kind: str
    state: str
    detail: str = ""
    log: str = ""


def endpoints(layout: Layout, found: Mapping[str, Resource]) -> dict[str, str]:
    """Return the URL of each load balancer, HTTP API, function URL and website; '' if not served.

    The URL of a load balancer is that of its HTTPS listener if it has one.
    """
    served = _read(layout.run / "frontdoor.json")
    listeners = deployed.of_type(found, "aws:lb/listener:Listener")
    listeners += deployed.of_type(found, "aws:alb/listener:Listener")
    listeners.sort(key=lambda one: one.properties.get("protocol") == "HTTPS")
    urls = {
        deployed.label(one): served.get("listeners", {}).get(one.id, {}).get("url", "")
        for one in listeners
    } | {
        deployed.label(one): served.get("apis", {}).get(one.id, {}).get("url", "")
        for one in deployed.of_type(found, "aws:apigatewayv2/api:Api")
    }
    urls = websites(layout, found) | function_urls(layout, found) | urls
    return {name: url.rstrip("/") for name, url in urls.items()}


def function_urls(layout: Layout, found: Mapping[str, Resource]) -> dict[str, str]:
    """Return each deployed function URL; '' if it is not served."""
    served = {*_read(layout.run / "frontdoor.json").get("functionUrls", {}).values()}
    urls = {
        deployed.label(one): str(one.properties.get("functionUrl") or "").rstrip("/")
        for one in deployed.of_type(found, "aws:lambda/functionUrl:FunctionUrl")
    }
    return {name: url if url in served else "" for name, url in urls.items()}


def websites(layout: Layout, found: Mapping[str, Resource]) -> dict[str, str]:
    """Return the URL of each website on S3; '' if it is not served."""
    served = _read(layout.run / "frontdoor.json").get("websites", {})
    configured = [one for one in found.values() if one.properties.get("websiteEndpoint")]
    configured.sort(key=lambda one: one.type != BUCKET)
    names = {one.properties["bucket"]: deployed.label(one) for one in configured}
    return {name: served.get(bucket, "") for bucket, name in names.items()}


def services(layout: Layout, found: Mapping[str, Resource]) -> list[Service]:
    """Return the state of every deployed function and ECS service."""
    stopped, reasons = read_stopped(layout).services, off.read(layout)
    states = [
        Service(one.name, one.kind, STOPPED, STOPPED_DETAIL)
        if one.service in stopped
        else Service(one.name, one.kind, OFF, reasons[one.service].removeprefix(off.OFF))
        if one.service in reasons
        else _state(layout, one)
        for one in deployed.workloads(found)
    ]
    return states + [
        Service(name, "service", FAILED, "not deployed completely; run: bulkhead up")
        for name in deployed.incomplete(found)
    ]


def _state(layout: Layout, one: Workload) -> Service:
    state = _function if one.kind == deployed.LAMBDA else _container
    try:
        return state(layout, one)
    except ClientError as error:
        return Service(one.name, one.kind, MISSING, str(error))
    except BotoCoreError as error:  # the supervisor is restarting the control plane
        return Service(one.name, one.kind, STARTING, f"the emulated AWS does not answer: {error}")


def _container(layout: Layout, one: Workload) -> Service:
    """Return the state of an ECS service: rolled out, running, and a healthy target."""
    title, kind = one.name, one.kind
    cluster = one.id.split("/")[1]
    answer = client(layout, "ecs").describe_services(cluster=cluster, services=[one.id])
    if not answer["services"]:
        return Service(title, kind, MISSING, "the ECS service does not exist")
    service = answer["services"][0]
    family = service["taskDefinition"].rpartition("/")[2].partition(":")[0]
    log = str(layout.logs / f"{family}.log")
    deployments: list[dict[str, Any]] = service.get("deployments") or [{}]
    deployment = deployments[0]
    rollout = deployment.get("rolloutState", "")
    reason = deployment.get("rolloutStateReason", "")
    if reason.startswith(NOT_RUN):
        return Service(title, kind, UNSUPPORTED, reason.removeprefix(NOT_RUN))
    running, wanted = service["runningCount"], service["desiredCount"]
    detail = f"{running} of {wanted} tasks"
    if rollout == "FAILED":
        return Service(title, kind, FAILED, deployment.get("rolloutStateReason", detail), log)
    if rollout != "COMPLETED" or running < wanted:
        return Service(title, kind, STARTING, detail, log)
    if not all(_has_target(layout, one["targetGroupArn"]) for one in service["loadBalancers"]):
        return Service(title, kind, STARTING, "no healthy target yet", log)
    return Service(title, kind, READY, detail, log)


def _has_target(layout: Layout, group: str) -> bool:
    found = client(layout, "elbv2").describe_target_health(TargetGroupArn=group)
    states = [one["TargetHealth"]["State"] for one in found["TargetHealthDescriptions"]]
    return "healthy" in states


def _function(layout: Layout, one: Workload) -> Service:
    """Return the state of a function, from its State and the result of its last init phase."""
    region = one.id.split(":")[3] if ":" in one.id else REGION
    found = client(layout, "lambda", region).get_function_configuration(FunctionName=one.id)
    log = str(layout.logs / f"{one.id}.log")
    runtime = found.get("Runtime") or "a container image"
    if not runtime.startswith("python"):
        detail = f"{runtime}: the local cloud runs Python functions only"
        return Service(one.name, one.kind, UNSUPPORTED, detail)
    state = found.get("State", "Active")
    if state != "Active":
        kind = FAILED if state == "Failed" else STARTING
        return Service(one.name, one.kind, kind, found.get("StateReason", state), log)
    result = initialization.last(layout, one.id)
    if result.error is not None:
        detail = initialization.explain(result.error, source_folder(one.service))
        return Service(one.name, one.kind, FAILED, detail, log)
    return Service(one.name, one.kind, READY, "" if result.succeeded else "not started yet", log)


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return {}
