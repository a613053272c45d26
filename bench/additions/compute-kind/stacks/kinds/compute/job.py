"""A job for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.service.job import JobKind
from spec.compute.job import JobCompute

if TYPE_CHECKING:
    from stacks.context import ServiceContext

KIND = JobCompute.KIND


def translate(name: str, compute: JobCompute, context: ServiceContext) -> JobKind:
    """Return how the job *name* runs."""
    del name, context
    return JobKind(memory_mib=compute.memory_mib)
