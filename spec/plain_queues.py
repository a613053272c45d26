"""Plain queues between two services, which the reader owns."""

from __future__ import annotations

from typing import Any, cast

import pydantic
from pydantic import Field

from spec.consumers import QueueReader
from spec.model import Name  # noqa: TC001 - pydantic reads it
from spec.queues import batch_without_window

NOT_SUPPORTED = {
    "fifo": "FIFO queues are not supported; a stream keeps the events of a subject in order",
    "filter": "a queue has the messages of its senders only",
    "publishers": "write senders: [<service>]",
}
"""Words that are refused by name, each with the reason."""


class PlainQueue(QueueReader):
    """An SQS queue that other services send to, and this one reads."""

    senders: list[Name] = Field(min_length=1)
    """Services that may send to it; this one may be among them."""

    @pydantic.model_validator(mode="before")
    @classmethod
    def _refuse_by_name(cls, fields: Any) -> Any:
        if isinstance(fields, dict):
            for name in cast("dict[str, Any]", fields).keys() & NOT_SUPPORTED.keys():
                raise ValueError(f"remove {name}: {NOT_SUPPORTED[name]}")
        return cast("object", fields)

    @pydantic.field_validator("senders")
    @classmethod
    def _once(cls, senders: list[str]) -> list[str]:
        if len(set(senders)) < len(senders):
            raise ValueError("write each service once")
        return senders

    @pydantic.model_validator(mode="after")
    def _collected(self) -> PlainQueue:
        if problem := batch_without_window(self):
            raise ValueError(problem)
        return self
