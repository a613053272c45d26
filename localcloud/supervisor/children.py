"""The supervisor's child processes, in start order."""

from __future__ import annotations

CHILDREN = {
    "control": ("localcloud.control", "aws", "/_bulkhead/health"),
    "telemetry": ("localcloud.telemetry", "telemetry", "/health"),
    "workers": ("localcloud.runtime.workers", "workers", "/health"),
    "frontdoor": ("localcloud.runtime.frontdoor", "frontdoor", "/health"),
}
"""By name: module, name of the port, path of the readiness probe."""
