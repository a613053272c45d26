"""Event source mappings deliver through the workers' pollers, never inside the sender's request."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaBackend


def install() -> None:
    """Switch moto's own delivery off."""
    for name in ("send_sqs_batch", "send_kinesis_message", "send_dynamodb_items"):
        setattr(LambdaBackend, name, _nothing)


def _nothing(*_args: Any, **_kwargs: Any) -> bool:
    return False
