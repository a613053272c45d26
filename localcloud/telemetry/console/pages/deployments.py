"""`/deployments` and `/policies`: what runs since when, and what the rules say about it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.telemetry.console.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.console.data import Request, Sources
    from localcloud.telemetry.console.page import Data

CHANGES = {
    "create": "created",
    "replace": "replaced",
    "update": "updated",
    "delete": "deleted",
    "same": "unchanged",
}
"""The engine's operations, in words."""
DIGITS = 12
"""Of the digest of a function's code."""


async def load(sources: Sources, request: Request) -> Data:
    """Return the updates of the stack, the versions of the services and the ECS deployments."""
    del request
    catalogue = sources.catalogue()
    workloads: list[dict[str, Any]] = catalogue.get("workloads") or []
    arns = [one["id"] for one in workloads if one["kind"] == "fargate"]
    functions = [one for one in workloads if one["kind"] == "lambda"]
    updates, containers, code = await asyncio.gather(
        sources.control("GET", "stack/updates"),
        asyncio.gather(*(_described(sources, arn) for arn in arns)),
        asyncio.gather(*(_function(sources, one) for one in functions)),
    )
    return {
        "written": catalogue.get("written"),
        "updates": [_update(one) for one in updates["updates"]],
        "versions": {name: one["version"] for name, one in sources.services().items()},
        "functions": [one for one in code if one],
        "deployments": [
            _deployment(service, one)
            for services in containers
            for service in services
            for one in service.get("deployments") or ()
        ],
    }


def _update(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return an update with its duration, and its changes in words."""
    changes: Mapping[str, int] = one["changes"]
    said = [f"{changes[key]} {word}" for key, word in CHANGES.items() if changes.get(key)]
    ended = one["ended"]
    return {
        **one,
        "seconds": round(ended - one["started"], 1) if ended else None,
        "summary": ", ".join(said) or ("none yet" if ended is None else "none"),
    }


async def _function(sources: Sources, workload: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the code of a function and the time of its deployment; None if it does not exist."""
    try:
        found = await sources.aws("lambda", "GetFunctionConfiguration", FunctionName=workload["id"])
    except ClientError:
        return None
    return {
        "service": workload["service"],
        "name": workload["id"],
        "state": found.get("State", "Active"),
        "version": found.get("Version", "$LATEST"),
        "code": str(found.get("CodeSha256", ""))[:DIGITS],
        "modified": found.get("LastModified", ""),
    }


async def _described(sources: Sources, arn: str) -> list[dict[str, Any]]:
    """Return the ECS service *arn*; none if its cluster does not exist."""
    try:
        answer = await sources.aws(
            "ecs", "DescribeServices", cluster=arn.split("/")[1], services=[arn]
        )
    except ClientError:
        return []
    return answer["services"]


def _deployment(service: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    created: Any = one.get("createdAt")
    return {
        "service": service["serviceName"],
        "status": one.get("status", ""),
        "state": one.get("rolloutState", ""),
        "reason": one.get("rolloutStateReason", ""),
        "task_definition": str(one.get("taskDefinition", "")).rpartition("/")[2],
        "running": one.get("runningCount", service.get("runningCount")),
        "desired": one.get("desiredCount", service.get("desiredCount")),
        "created": created.timestamp() if hasattr(created, "timestamp") else created,
    }


async def load_policies(sources: Sources, request: Request) -> Data:
    """Return the findings of the last deployment, and the exemptions with their end dates."""
    del request
    catalogue = sources.catalogue()
    return {
        "written": catalogue.get("written"),
        "findings": catalogue.get("findings") or [],
        "exemptions": sorted(
            (
                {
                    "rule": one["rule"],
                    "resource": one.get("resource", ""),
                    "reason": one["reason"],
                    "owner": one["owner"],
                    "expires": one["expires"],
                }
                for one in catalogue.get("exemptions") or ()
            ),
            key=lambda one: (str(one["expires"]), one["rule"]),
        ),
    }


PAGE = Page("deployments", "/deployments", "Deployments", load)
POLICIES = Page("policies", "/policies", "Policies", load_policies)
