"""Caches xmltodict's validation of element names, which checks each character every time."""

from __future__ import annotations

import functools
from typing import Any

import xmltodict


def install() -> None:
    """Cache the validation."""
    module: Any = xmltodict
    module._validate_name = functools.cache(module._validate_name)  # noqa: SLF001
