"""The children of the supervisor, in the order of their start."""

from __future__ import annotations

CHILDREN = {
    "control": ("localcloud.control", "aws", "/_bulkhead/health"),
    "workers": ("localcloud.runtime.workers", "workers", "/health"),
    "frontdoor": ("localcloud.runtime.frontdoor", "frontdoor", "/health"),
}
"""By name: module, name of its port, path of its probe."""
