"""Leaves out AWS's OpenTelemetry collector: the telemetry process takes the spans itself."""

from __future__ import annotations

import dataclasses
import logging
from typing import TYPE_CHECKING

from localcloud.account import REGION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.runtime.tasks.task_definition import ContainerDefinition

_LOG = logging.getLogger(__name__)

IMAGE = "/aws-otel-collector@sha256:"
ENDPOINT = "http://127.0.0.1:4318"
XRAY = f"https://xray.{REGION}.amazonaws.com"
"""What variables say of X-Ray, whose local address programs are given."""


def without_collectors(
    containers: Sequence[ContainerDefinition], family: str
) -> tuple[ContainerDefinition, ...]:
    """Return the containers that run here; those that sent to a collector send to X-Ray."""
    left_out = {one.name for one in containers if IMAGE in one.image and not one.essential}
    if not left_out:
        return tuple(containers)
    names = ", ".join(sorted(left_out))
    _LOG.info("%s: %s is not run: spans go to the telemetry process directly", family, names)
    return tuple(
        dataclasses.replace(
            one,
            environment={
                name: XRAY if value.rstrip("/") == ENDPOINT else value
                for name, value in one.environment.items()
            },
            depends_on=tuple(pair for pair in one.depends_on if pair[0] not in left_out),
        )
        for one in containers
        if one.name not in left_out
    )
