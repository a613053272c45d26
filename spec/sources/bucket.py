"""Objects that are created in, or removed from, an S3 bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, cast

from pydantic import Field

from spec.model import SourceSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Change = Literal["created", "removed"]


class BucketSource(SourceSpec):
    """Event notifications of a bucket, through a queue of the source's own."""

    KIND = "bucket"
    STORE_KINDS: ClassVar[tuple[str, ...]] = ("s3",)
    VARIABLES: ClassVar[tuple[str, ...]] = ("QUEUE_URL", "DEAD_LETTERS_URL")
    QUEUED: ClassVar[bool] = True

    bucket: str
    """A store of kind s3."""

    prefix: str = Field(default="", max_length=1024)
    """Prefix of the keys; default: every key."""

    suffix: str = Field(default="", max_length=1024)
    """Suffix of the keys; default: every key."""

    events: list[Change] = Field(default=["created"], min_length=1, max_length=2)
    """Changes of objects: created, removed."""

    batch_size: int = Field(default=10, ge=1, le=10)
    """Maximum number of messages per invocation; each is about one object."""

    max_receives: int = Field(default=5, ge=1, le=1000)
    """Receives after which a message moves to the dead-letter queue."""

    max_concurrency: int | None = Field(default=None, ge=2, le=1000)
    """Maximum number of batches at a time; default: the function's concurrency."""

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
