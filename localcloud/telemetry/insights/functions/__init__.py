"""The functions of the query language, one module for each kind."""

from __future__ import annotations

from localcloud.telemetry.insights.functions import (
    addresses,
    dates,
    general,
    numbers,
    strings,
    structures,
)

FUNCTIONS = {
    name.lower(): function
    for module in (addresses, dates, general, numbers, strings, structures)
    for name, function in module.FUNCTIONS.items()
}
"""By name in lower case: names are not case-sensitive."""
