"""Changes of the items of a DynamoDB table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from spec.model import SourceSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spec.model import StoreSpec

MAX_READERS = 2  # of a shard of a table's stream, without throttling


class TableSource(SourceSpec):
    """Changes of a table's items, from its stream, in order for each item."""

    KIND = "table"
    STORE_KINDS: ClassVar[tuple[str, ...]] = ("dynamodb",)

    table: str
    """A store of kind dynamodb with `stream`."""

    batch_size: int = Field(default=100, ge=1, le=10_000)
    """Maximum number of records per invocation."""

    window_seconds: int = Field(default=0, ge=0, le=300)
    """Batching window in seconds."""

    max_attempts: int = Field(default=5, ge=1, le=10_001)
    """Attempts after which records move to the dead letters."""

    max_age_hours: int = Field(default=24, ge=1, le=24)
    """Age at which records move to the dead letters, in hours; the stream keeps them for 24."""

    parallelization: int = Field(default=1, ge=1, le=10)
    """Number of batches of a shard at a time; changes of an item stay in order."""

    starting_position: Literal["trim-horizon", "latest"] = "trim-horizon"
    """Where a new source begins: the oldest record of the stream, or the next one."""

    filter: dict[str, Any] | None = Field(default=None, min_length=1)
    """Lambda's filter pattern of a record, as `{eventName: [INSERT]}`; default: every change."""

    def problems(self, store: StoreSpec) -> Iterator[str]:
        """Yield what to write if the table has no stream."""
        if getattr(store, "stream", None) is None:
            yield f"add 'stream: NEW_AND_OLD_IMAGES' to stores.{self.table}: the source reads it"

    def conflicts(self, others: Mapping[str, SourceSpec]) -> Iterator[str]:
        """Yield what to change if the stream has more readers than it serves."""
        if len(others) >= MAX_READERS:
            yield f"keep {MAX_READERS} sources of a table: more readers throttle each other"
