"""Renews the key of the seals, at the interval in service.yaml."""

from __future__ import annotations

import secrets
from typing import Any

from kit import rotation


def handler(event: dict[str, str], _context: Any) -> None:
    """Run one step of the rotation; the key is used by this service alone."""
    rotation.rotate(event, create=lambda _: secrets.token_urlsafe(32))
