"""The readers of streams, by the service in the ARN of a mapping's event source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.runtime.event_sources.streams.dynamodb import DynamoDbReader
from localcloud.runtime.event_sources.streams.kinesis import KinesisReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.runtime.api import AwsApi
    from localcloud.runtime.event_sources.event_source_mapping import EventSourceMapping
    from localcloud.runtime.event_sources.streams.reader import StreamReader

READERS: dict[str, Callable[[AwsApi, EventSourceMapping], StreamReader]] = {
    "dynamodb": DynamoDbReader,
    "kinesis": KinesisReader,
}
