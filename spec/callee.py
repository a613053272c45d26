"""How a service calls another one."""

from __future__ import annotations

from pydantic import Field

from spec.model import Model


class Callee(Model):
    """Limits of the calls of one service; `kit.calls` keeps them."""

    timeout_ms: int | None = Field(default=None, ge=1, le=60_000)
    """Longest time of a call in milliseconds, with its retries; default: 3000."""

    max_concurrency: int | None = Field(default=None, ge=1, le=1000)
    """Calls in progress in one process, above which calls are refused at once; default: 32."""

    max_calls_per_request: int | None = Field(default=None, ge=1, le=1000)
    """Calls per request, above which an alarm rings and tests fail; default: not watched."""
