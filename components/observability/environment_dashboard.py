"""The CloudWatch dashboard of an environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import NOT_AN_INPUT, as_inputs
from components.observability.dashboard_body import environment_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.observability.parts import ServiceParts


@dataclass(frozen=True, kw_only=True)
class EnvironmentDashboardArgs:
    """Name and content of the dashboard."""

    dashboard_name: str
    """Name of the dashboard, unique in the account: dashboards belong to no Region."""

    region: str
    """Region of the metrics."""

    services: Sequence[ServiceParts] = field(metadata=NOT_AN_INPUT)
    """The services that it shows side by side."""

    dashboards: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of the dashboards of services, by service."""


class EnvironmentDashboard(pulumi.ComponentResource):
    """Rate, errors, latency, tasks, queues and alarms of all services."""

    dashboard_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: EnvironmentDashboardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the dashboard *name*."""
        super().__init__("bulkhead:observability:EnvironmentDashboard", name, as_inputs(args), opts)

        made = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=args.dashboard_name,
            dashboard_body=pulumi.Output.json_dumps(
                environment_body(args.services, _text(args), args.region)
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

        self.dashboard_name = made.dashboard_name
        self.register_outputs({"dashboard_name": self.dashboard_name})


def _text(args: EnvironmentDashboardArgs) -> str:
    links = [
        f"[{service}](#dashboards:name={dashboard})"
        for service, dashboard in args.dashboards.items()
    ]
    lines = [f"# {args.dashboard_name}"]
    if links:
        lines.append(f"Services: {', '.join(links)}")
    lines.append("A deployment overwrites what is changed here by hand.")
    return "\n\n".join(lines)
