"""A service that runs as a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pulumi_aws as aws

from components.service.args import DefinedCompute

if TYPE_CHECKING:
    from components.service.args import ComputeContext, MicroserviceArgs


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """How a job runs."""

    memory_mib: int
    """Its memory."""

    kind: ClassVar[str] = "job"
    connection_per_request: ClassVar[bool] = True
    in_network: ClassVar[bool] = False
    target_port: ClassVar[int | None] = None

    def require_fits(self, service: MicroserviceArgs) -> None:
        """Accept every service."""

    def define(self, context: ComputeContext) -> DefinedCompute:
        """Define the function."""
        function = aws.lambda_.Function(
            context.name,
            role="arn:role",
            memory_size=self.memory_mib,
            environment={"variables": context.environment},
            opts=context.opts,
        )
        return DefinedCompute(location={"job": function.name})
