"""Names of XML elements, looked at once: xmltodict goes through each character of each name."""

from __future__ import annotations

import functools

import xmltodict


def install() -> None:
    """Remember the names that were found to be good."""
    xmltodict._validate_name = functools.cache(xmltodict._validate_name)  # noqa: SLF001
