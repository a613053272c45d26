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


async def load(sources: Sources, request: Request) -> Data:
    """Return the deployments of the ECS services, and the last one of the stack."""
    del request
    catalogue = sources.catalogue()
    arns = [one["id"] for one in catalogue.get("workloads") or () if one["kind"] == "fargate"]
    answers = await asyncio.gather(*(_described(sources, arn) for arn in arns))
    return {
        "written": catalogue.get("written"),
        "versions": {name: one["version"] for name, one in sources.services().items()},
        "deployments": [
            _deployment(service, one)
            for services in answers
            for service in services
            for one in service.get("deployments") or ()
        ],
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
