"""An S3 bucket."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from spec.model import StoreSpec


class S3Store(StoreSpec):
    """An S3 bucket used by this service only; it keeps versions of its objects."""

    KIND = "s3"
    VARIABLES = ("BUCKET",)
    MAX_NAME_LENGTH = 27  # the bucket "bulkhead-<environment>-<service>-<store>-bucket" has 63

    kind: Literal["s3"]
    """An S3 bucket."""

    noncurrent_days: int = Field(default=30, ge=1)
    """Days that an overwritten or deleted version of an object is kept."""

    expire_after_days: int | None = Field(default=None, ge=1)
    """Days after which an object expires; default: never."""
