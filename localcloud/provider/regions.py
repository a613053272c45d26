"""The Regions of AWS."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session

from localcloud.provider.values import is_unknown

SERVICE = "sts"
"""A service of every Region."""


def why_invalid(region: Any) -> str:
    """Return why *region* is not a Region; '' if it is one, unset or unknown."""
    if not region or is_unknown(region) or region in _regions():
        return ""
    return f'is "{region}", which is not an AWS Region: write one such as "eu-west-1"'


@cache
def _regions() -> frozenset[str]:
    session = botocore.session.get_session()
    return frozenset(
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions(SERVICE, partition)
    )
