"""An OpenTelemetry collector beside a container, for SDKs that cannot sign requests to X-Ray.

Python services need none: `kit.tracing` signs. The collector listens on the task's loopback, so
that only the containers of the task reach it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.args import InvalidArgError

if TYPE_CHECKING:
    import pulumi

NAME = "collector"
PORT = 4318
ENDPOINT = f"http://127.0.0.1:{PORT}"
"""Where the containers of a task send spans, by OTLP/HTTP."""
CONFIGURATION = "AOT_CONFIG_CONTENT"
"""The variable from which AWS's distribution reads its configuration."""
MEMORY_MIB = 128
PINNED = re.compile(r"\S+@sha256:[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Collector:
    """AWS's distribution of the OpenTelemetry collector, in each task."""

    image: str
    """Image of `aws-otel-collector` with a digest, in a registry that the tasks can reach."""

    def __post_init__(self) -> None:
        """Reject an image that may change."""
        if not PINNED.fullmatch(self.image):
            want = "write <repository>@sha256:<digest>: what a tag names can change"
            raise InvalidArgError("image", self.image, want)


def configuration(region: str) -> str:
    """Return the collector's configuration: OTLP in, signed OTLP to X-Ray out."""
    traces = {
        "receivers": ["otlp"],
        "processors": ["memory_limiter", "batch"],
        "exporters": ["otlphttp"],
    }
    return json.dumps(
        {
            "extensions": {"sigv4auth": {"region": region, "service": "xray"}},
            "receivers": {"otlp": {"protocols": {"http": {"endpoint": f"127.0.0.1:{PORT}"}}}},
            "processors": {
                "memory_limiter": {"check_interval": "1s", "limit_mib": MEMORY_MIB * 3 // 4},
                "batch": {},
            },
            "exporters": {
                "otlphttp": {
                    "traces_endpoint": f"https://xray.{region}.amazonaws.com/v1/traces",
                    "compression": "gzip",
                    "auth": {"authenticator": "sigv4auth"},
                }
            },
            "service": {"extensions": ["sigv4auth"], "pipelines": {"traces": traces}},
        },
        sort_keys=True,
    )


def container(
    collector: Collector, region: str, user: str, log_group_name: pulumi.Input[str]
) -> dict[str, Any]:
    """Return the container definition; the task goes on without it."""
    return {
        "name": NAME,
        "image": collector.image,
        "essential": False,
        "memory": MEMORY_MIB,
        "environment": [{"name": CONFIGURATION, "value": configuration(region)}],
        "readonlyRootFilesystem": True,
        "user": user,
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log_group_name,
                "awslogs-region": region,
                "awslogs-stream-prefix": NAME,
            },
        },
    }
