"""Headers, defaults and errors of S3 that moto leaves out."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote_plus

from moto.s3 import notifications
from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import OWNER, FakeBucket, FakeKey, PublicAccessBlock, S3Backend, s3_backends
from moto.s3.responses import S3Response

if TYPE_CHECKING:
    from collections.abc import Callable

_make_bucket: Callable[..., None] = FakeBucket.__init__
_headers: Any = FakeKey.response_dict
_get_encryption = S3Backend.get_bucket_encryption
_notifications = S3Response._notification_config_from_body  # noqa: SLF001 - moto has no public one
_EMPTY = re.compile(rb"<Value\s*/>|<Value></Value>")
_OWNER_OF_LISTS = "bcaf1ffd86f41161ca5fb16fd081034f"
_MARK = "empty-value"
_DEFAULT_ENCRYPTION = {
    "Rule": {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": "false",
    }
}


class Uploads(dict[str, Any]):
    """A bucket's multipart uploads."""

    def __missing__(self, upload_id: str) -> NoReturn:
        """Refuse an unknown upload."""
        raise NoSuchUpload(upload_id=upload_id)


def install() -> None:
    """Encrypt objects and block public access by default, and refuse unknown uploads."""
    global _make_bucket  # noqa: PLW0603 - set once, at start
    _make_bucket = FakeBucket.__init__
    FakeBucket.__init__ = _make  # type: ignore[method-assign]
    FakeKey.response_dict = property(_encrypted)  # type: ignore[assignment,method-assign]
    S3Backend.get_bucket_encryption = _encryption  # type: ignore[method-assign]
    response: Any = S3Response
    for name in ("get_object", "head_object", "put_object"):
        setattr(response, name, _with_checksum_type(getattr(response, name)))
    response.all_buckets = _with_owner(response.all_buckets)
    told: Any = notifications
    told.quote_plus = partial(quote_plus, safe="/")  # the slashes of keys stay in notifications
    response._notification_config_from_body = _notification_configuration  # noqa: SLF001


def after_load() -> None:
    """Refuse unknown uploads to buckets of an earlier version."""
    for _, _, backend in s3_backends.iter_backends():
        for bucket in backend.buckets.values():  # type: ignore[attr-defined]
            bucket.multiparts = Uploads(bucket.multiparts)


def _make(self: Any, *args: Any, **kwargs: Any) -> None:
    _make_bucket(self, *args, **kwargs)
    self.multiparts = Uploads()
    self.public_access_block = PublicAccessBlock(True, True, True, True)  # noqa: FBT003


def _encrypted(self: Any) -> dict[str, Any]:
    return {"x-amz-server-side-encryption": "AES256", **_headers.fget(self)}


def _encryption(self: Any, bucket_name: str) -> Any:
    return _get_encryption(self, bucket_name) or _DEFAULT_ENCRYPTION


def _with_checksum_type(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Tell the type of the checksums of objects that were not uploaded in parts."""

    def answered(self: Any, *args: Any, **kwargs: Any) -> Any:
        status, headers, body = answer(self, *args, **kwargs)
        if any(name.lower().startswith("x-amz-checksum-") for name in headers):
            headers.setdefault("x-amz-checksum-type", "FULL_OBJECT")
        return status, headers, body

    return answered


def _with_owner(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Name the owner of buckets as their ACLs do."""

    def answered(self: Any, *args: Any, **kwargs: Any) -> Any:
        status, headers, body = answer(self, *args, **kwargs)
        text = body.decode() if isinstance(body, bytes) else body
        return status, headers, text.replace(_OWNER_OF_LISTS, OWNER)

    return answered


def _notification_configuration(self: Any) -> dict[str, Any]:
    """Accept filter rules with an empty value, which match every key."""
    body = self.body
    raw = body if isinstance(body, bytes) else body.encode()
    self.body = _EMPTY.sub(f"<Value>{_MARK}</Value>".encode(), raw)
    try:
        found: dict[str, Any] = _notifications(self)
    finally:
        self.body = body
    for one in (one for of_kind in found.values() if isinstance(of_kind, list) for one in of_kind):
        for rule in ((one.get("Filter") or {}).get("S3Key") or {}).get("FilterRule") or []:
            rule["Value"] = "" if rule["Value"] == _MARK else rule["Value"]
    return found
