"""A Lambda function for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.service.function import FunctionCompute
from spec.compute.lambda_ import LambdaCompute

if TYPE_CHECKING:
    from stacks.context import ServiceContext

KIND = LambdaCompute.KIND


def translate(name: str, compute: LambdaCompute, context: ServiceContext) -> FunctionCompute:
    """Return how the function of the service *name* runs."""
    return FunctionCompute(
        archive=context.artifacts.function(name),
        handler=compute.handler,
        runtime=context.compute.runtime,
        memory_mib=compute.memory_mib,
        timeout_seconds=compute.timeout_seconds,
        reserved_concurrency=compute.reserved_concurrency,
    )
