"""Event source mappings are polled by the workers instead of moto, which delivers at once."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaBackend


def install() -> None:
    """Disable moto's delivery."""
    for name in ("send_sqs_batch", "send_kinesis_message", "send_dynamodb_items"):
        setattr(LambdaBackend, name, _nothing)


def _nothing(*_args: Any, **_kwargs: Any) -> bool:
    return False
