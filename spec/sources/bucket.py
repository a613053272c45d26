"""Objects that are created in, or removed from, an S3 bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, cast

from pydantic import Field

from spec.consumers import unsupported_invocation, unsupported_polling
from spec.model import Name, SourceSpec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

Change = Literal["created", "removed"]


class BucketSource(SourceSpec):
    """Event notifications of a bucket, through a queue of the source's own."""

    KIND = "bucket"
    STORE_KINDS: ClassVar[tuple[str, ...]] = ("s3",)
    VARIABLES: ClassVar[tuple[str, ...]] = (
        "QUEUE_URL",
        "DEAD_LETTERS_URL",
        "EVENT_SOURCE",
        "MAX_CONCURRENCY",
    )
    QUEUED: ClassVar[bool] = True

    bucket: str
    """A store of kind s3."""

    prefix: str = Field(default="", max_length=1024)
    """Prefix of the keys; default: every key."""

    suffix: str = Field(default="", max_length=1024)
    """Suffix of the keys; default: every key."""

    events: list[Change] = Field(default=["created"], min_length=1, max_length=2)
    """Changes of objects: created, removed."""

    process: Name | None = None
    """Process that polls, of a service in containers; functions are invoked."""

    batch_size: int = Field(default=10, ge=1, le=10)
    """Maximum number of messages per invocation of a function; each is about one object."""

    max_receives: int = Field(default=5, ge=1, le=1000)
    """Receives after which a message moves to the dead-letter queue."""

    max_concurrency: int | None = Field(default=None, ge=1, le=1000)
    """Maximum number at a time: of batches for a function (default: its concurrency), of messages
    in each task of a process (default: 10)."""

    @property
    def polled_by(self) -> str | None:
        """The process."""
        return self.process

    def unsupported_in_containers(self, processes: Collection[str]) -> list[str]:
        """Reject a process that does not exist, and batches."""
        batching = self.model_fields_set & {"batch_size"}
        return unsupported_polling(self.process, processes, batching)

    def unsupported_in_functions(self) -> list[str]:
        """Reject a process, and a concurrency that no event source mapping has."""
        return unsupported_invocation(self.process, self.max_concurrency)

    def conflicts(self, others: Mapping[str, SourceSpec]) -> Iterator[str]:
        """Yield what to change if S3 would not know which of two sources is meant."""
        for name, other in others.items():
            if self._overlaps(cast("BucketSource", other)):
                yield (
                    f"write a prefix or suffix that excludes the keys of sources.{name}: S3 refuses"
                    " two notifications of a change"
                )

    def _overlaps(self, other: BucketSource) -> bool:
        return (
            bool(set(self.events) & set(other.events))
            and _one_begins(self.prefix, other.prefix)
            and _one_begins(self.suffix[::-1], other.suffix[::-1])
        )


def _one_begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
