"""Names of XML elements, looked at once: xmltodict goes through each character of each name."""

from __future__ import annotations

import functools
from typing import Any

import xmltodict


def install() -> None:
    """Remember the names that were found to be good."""
    module: Any = xmltodict
    module._validate_name = functools.cache(module._validate_name)  # noqa: SLF001
