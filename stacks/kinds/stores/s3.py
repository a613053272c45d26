"""An S3 bucket for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.object_bucket import ObjectBucket, ObjectBucketArgs
from components.service.environment import variable
from components.service.kinds import StoreAccess
from spec.stores.s3 import S3Store

if TYPE_CHECKING:
    from components.service.kinds import StoreContext

KIND = S3Store.KIND


def define(spec: S3Store, context: StoreContext) -> StoreAccess:
    """Define the bucket."""
    platform = context.platform
    bucket = ObjectBucket(
        context.name,
        ObjectBucketArgs(
            noncurrent_days=spec.noncurrent_days,
            expire_after_days=spec.expire_after_days,
            key_arn=platform.key.arn,
            access_log_bucket=platform.load_balancer.access_log_bucket,
            deletion_protection=platform.data_protection.deletion_protection,
            tags=context.tags,
        ),
        context.opts,
    )
    return StoreAccess(
        environment={variable(context.store, "BUCKET"): bucket.bucket_name},
        statements=bucket.allow_read_write(),
        depends_on=bucket.ready,
        component=bucket,
    )
