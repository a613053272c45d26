"""Headers and errors of S3 that moto leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import FakeBucket, FakeKey, s3_backends

if TYPE_CHECKING:
    from collections.abc import Callable

_make_bucket: Callable[..., None] = FakeBucket.__init__
_headers: Any = FakeKey.response_dict


class Uploads(dict[str, Any]):
    """A bucket's multipart uploads."""

    def __missing__(self, upload_id: str) -> NoReturn:
        """Refuse an unknown upload."""
        raise NoSuchUpload(upload_id=upload_id)


def install() -> None:
    """Encrypt objects by default, and refuse unknown uploads."""
    global _make_bucket  # noqa: PLW0603 - set once, at start
    _make_bucket = FakeBucket.__init__
    FakeBucket.__init__ = _make  # type: ignore[method-assign]
    FakeKey.response_dict = property(_encrypted)  # type: ignore[assignment,method-assign]


def after_load() -> None:
    """Refuse unknown uploads to buckets of an earlier version."""
    for _, _, backend in s3_backends.iter_backends():
        for bucket in backend.buckets.values():  # type: ignore[attr-defined]
            bucket.multiparts = Uploads(bucket.multiparts)


def _make(self: Any, *args: Any, **kwargs: Any) -> None:
    _make_bucket(self, *args, **kwargs)
    self.multiparts = Uploads()


def _encrypted(self: Any) -> dict[str, Any]:
    return {"x-amz-server-side-encryption": "AES256", **_headers.fget(self)}
