"""Objects of a bucket as sources of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.service.sources import BucketSource, BucketSources
from spec.sources.bucket import BucketSource as BucketSourceSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spec.service import ServiceSpec
    from stacks.context import ServiceContext

KIND = BucketSourceSpec.KIND


def translate(
    sources: Mapping[str, BucketSourceSpec], spec: ServiceSpec, context: ServiceContext
) -> BucketSources:
    """Return the sources of one bucket, by name."""
    del context
    return BucketSources(
        sources={
            name: BucketSource(
                prefix=source.prefix,
                suffix=source.suffix,
                events=[f"s3:Object{event.title()}:*" for event in source.events],
                process=source.process,
                batch_size=source.batch_size,
                max_receives=source.max_receives,
                visibility_timeout_seconds=spec.recommended_visibility_seconds(),
                max_concurrency=source.max_concurrency,
            )
            for name, source in sources.items()
        }
    )
