"""The CloudWatch dashboard of a service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import NOT_AN_INPUT, as_inputs
from components.observability.dashboard_body import service_body
from components.observability.saved_queries import MAX_GROUPS, latest_errors

if TYPE_CHECKING:
    from components.observability.parts import ServiceParts


@dataclass(frozen=True, kw_only=True)
class ServiceDashboardArgs:
    """Name and content of the dashboard."""

    dashboard_name: str
    """Name of the dashboard, unique in the account: dashboards belong to no Region."""

    region: str
    """Region of the metrics and log groups."""

    parts: ServiceParts = field(metadata=NOT_AN_INPUT)
    """What it shows."""

    description: str = ""
    """Text at its head."""

    owner: str = ""
    """Team that owns the service."""

    queries: str = ""
    """Begin of the names of the service's saved queries; '' if it has none."""


class ServiceDashboard(pulumi.ComponentResource):
    """Rate, errors, latency, saturation, queues, stores, budget, alarms and errors of a service."""

    dashboard_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: ServiceDashboardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the dashboard *name*."""
        super().__init__("bulkhead:observability:ServiceDashboard", name, as_inputs(args), opts)

        groups = list(args.parts.log_groups)[:MAX_GROUPS]
        errors = pulumi.Output.all(*groups).apply(latest_errors) if groups else None
        body = service_body(args.parts, _text(args), args.region, errors)
        made = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=args.dashboard_name,
            dashboard_body=pulumi.Output.json_dumps(body),
            opts=pulumi.ResourceOptions(parent=self),
        )

        self.dashboard_name = made.dashboard_name
        self.register_outputs({"dashboard_name": self.dashboard_name})


def _text(args: ServiceDashboardArgs) -> str:
    parts = args.parts
    objectives = f"{parts.availability_percent:g} % of requests succeed"
    lines = [f"# {parts.service}", args.description]
    if parts.answering:
        lines.append(f"Objectives: {objectives}, and the p99 is at most {parts.slow_ms} ms.")
    if args.owner:
        lines.append(f"Owner: {args.owner}.")
    if args.queries:
        lines.append(f"Saved queries of Logs Insights: `{args.queries}/`.")
    lines.append("A deployment overwrites what is changed here by hand.")
    return "\n\n".join(line for line in lines if line)
