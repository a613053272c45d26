"""The bucket for records of streams that functions could not process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.object_bucket import ObjectBucket, ObjectBucketArgs

if TYPE_CHECKING:
    from components.service.platform import Platform
    from stacks.shared import Shared

NAME = "stream-dead-letters"
DAYS = 14  # as long as SQS's dead letters


def stream_dead_letters(shared: Shared, platform: Platform) -> ObjectBucket:
    """Return the environment's bucket, which is defined once."""
    return shared.once(NAME, lambda: _bucket(shared, platform))


def _bucket(shared: Shared, platform: Platform) -> ObjectBucket:
    return ObjectBucket(
        NAME,
        ObjectBucketArgs(
            expire_after_days=DAYS,
            key_arn=platform.key.arn,
            access_log_bucket=platform.load_balancer.access_log_bucket,
            deletion_protection=platform.data_protection.deletion_protection,
            tags={"purpose": "dead-letters"},
        ),
        shared.opts,
    )
