"""Errors of Kinesis that moto does not have."""

from __future__ import annotations

from moto.core.exceptions import JsonRESTError


class KinesisError(JsonRESTError):
    """Raised with a code of Kinesis."""
