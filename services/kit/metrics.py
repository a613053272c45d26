"""Metrics in CloudWatch's embedded metric format (EMF)."""

from __future__ import annotations

import json
import sys
import time

from kit import settings

NAMESPACE = "Bulkhead/Services"


def count(name: str, value: float = 1, *, unit: str = "Count") -> None:
    """Log a value of the metric *name*, with the service as its dimension."""
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["service"]],
        "Metrics": [{"Name": name, "Unit": unit}],
    }
    line = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        "service": settings.text("SERVICE_NAME", "unknown"),
        name: value,
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
