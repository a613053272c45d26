"""The states of the deployed services, from the emulated AWS and from the files of what is off."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.console.data import Sources

READY, STARTING, FAILED, MISSING = "ready", "starting", "failed", "missing"
STOPPED, OFF, NOT_RUN = "stopped", "off", "not run"
BATCH = 10
"""Services of one DescribeServices."""
NOT_RUN_REASON = "Not run on this machine: "


async def states(sources: Sources) -> list[dict[str, Any]]:
    """Return service, name, kind, state and detail of each workload that is deployed."""
    workloads: list[dict[str, str]] = sources.catalogue().get("workloads") or []
    stopped = set(sources.files("data/stopped.json").get("services") or ())
    off: Mapping[str, str] = sources.files("data/off.json")
    waiting = [one for one in workloads if one["service"] not in stopped | off.keys()]
    containers = [one["id"] for one in waiting if one["kind"] == "fargate"]
    found = await _containers(sources, containers)
    functions = [one["id"] for one in waiting if one["kind"] == "lambda"]
    found |= dict(await asyncio.gather(*(_function(sources, one) for one in functions)))
    rows: list[dict[str, Any]] = []
    for one in workloads:
        if one["service"] in stopped:
            state = {"state": STOPPED, "detail": "Start it with: bulkhead up"}
        elif one["service"] in off:
            state = {"state": OFF, "detail": off[one["service"]].removeprefix("off: ")}
        else:
            state = found.get(one["id"]) or {"state": MISSING, "detail": "It does not exist."}
        rows.append({**one, **state})
    return rows


async def _containers(sources: Sources, arns: list[str]) -> dict[str, dict[str, Any]]:
    by_cluster: dict[str, list[str]] = {}
    for arn in arns:
        by_cluster.setdefault(arn.split("/")[1], []).append(arn)
    requests = [
        _described(sources, cluster, found[start:][:BATCH])
        for cluster, found in by_cluster.items()
        for start in range(0, len(found), BATCH)
    ]
    return {
        arn: state for answer in await asyncio.gather(*requests) for arn, state in answer.items()
    }


async def _described(sources: Sources, cluster: str, arns: list[str]) -> dict[str, dict[str, Any]]:
    """Return the states of services in *cluster*; an error is the state of each of them."""
    try:
        answer = await sources.aws("ecs", "DescribeServices", cluster=cluster, services=arns)
    except (ClientError, aiohttp.ClientError, OSError) as error:
        return {arn: _unknown(error) for arn in arns}
    return {one["serviceArn"]: _container(one) for one in answer["services"]}


def _unknown(error: Exception) -> dict[str, Any]:
    if isinstance(error, ClientError):
        return {"state": MISSING, "detail": str(error)}
    return {"state": STARTING, "detail": f"The emulated AWS does not answer: {error!r}"}


def _container(one: Mapping[str, Any]) -> dict[str, Any]:
    deployment: Mapping[str, Any] = next(iter(one.get("deployments") or ()), {})
    reason = deployment.get("rolloutStateReason", "")
    running, wanted = one["runningCount"], one["desiredCount"]
    tasks = {"running": running, "desired": wanted, "task_definition": one["taskDefinition"]}
    detail = f"{running} of {wanted} tasks"
    if reason.startswith(NOT_RUN_REASON):
        return {"state": NOT_RUN, "detail": reason.removeprefix(NOT_RUN_REASON), **tasks}
    rollout = deployment.get("rolloutState", "")
    if rollout == "FAILED":
        return {"state": FAILED, "detail": reason or detail, **tasks}
    ready = rollout == "COMPLETED" and running >= wanted
    return {"state": READY if ready else STARTING, "detail": detail, **tasks}


async def _function(sources: Sources, name: str) -> tuple[str, dict[str, Any]]:
    try:
        found = await sources.aws("lambda", "GetFunctionConfiguration", FunctionName=name)
    except (ClientError, aiohttp.ClientError, OSError) as error:
        return name, _unknown(error)
    state = found.get("State", "Active")
    if state == "Active":
        return name, {"state": READY, "detail": found.get("Runtime", "")}
    failed = state == "Failed"
    return name, {
        "state": FAILED if failed else STARTING,
        "detail": found.get("StateReason") or state,
    }
