"""Event source mappings are polled by the workers instead of moto, which delivers at once."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import EventSourceMapping, LambdaBackend

_configuration = EventSourceMapping.get_configuration


def install() -> None:
    """Disable moto's delivery, and answer the starting time, which moto leaves out."""
    EventSourceMapping.get_configuration = _with_time  # type: ignore[method-assign]
    for name in ("send_sqs_batch", "send_kinesis_message", "send_dynamodb_items"):
        setattr(LambdaBackend, name, _nothing)


def _nothing(*_args: Any, **_kwargs: Any) -> bool:
    return False


def _with_time(self: EventSourceMapping) -> dict[str, Any]:
    at = self.starting_position_timestamp
    return _configuration(self) | ({} if at is None else {"StartingPositionTimestamp": at})
