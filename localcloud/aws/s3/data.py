"""S3 objects, journalled one by one with their versions."""

from __future__ import annotations

from typing import Any

from moto.s3 import models
from moto.s3.models import FakeBucket, FakeDeleteMarker, S3Backend, s3_backends
from moto.s3.utils import _VersionedKeyStore

from localcloud.aws import pickling
from localcloud.aws.journal import DELETED, JOURNAL

_make_bucket = FakeBucket.__init__
_delete_bucket = S3Backend.delete_bucket


class Objects(_VersionedKeyStore):
    """A bucket's objects by name, each with its versions."""

    def __init__(self, bucket: str) -> None:
        """Create the empty collection of *bucket*."""
        super().__init__()
        self._collection = f"s3 {bucket}"

    def __setitem__(self, key: str, value: Any) -> None:
        """Add a version of *key*."""
        super().__setitem__(key, value)
        self.mark(key)

    def setlist(self, key: str, list_: Any) -> None:
        """Replace all versions of *key*."""
        super().setlist(key, list_)
        self.mark(key)

    def pop(self, key: str) -> None:  # type: ignore[override]
        """Remove *key* with all its versions; moto's own pop fails on delete markers."""
        for version in self.getlist(key, []):
            if not isinstance(version, FakeDeleteMarker):
                version.dispose()
        dict.pop(self, key)
        self.mark(key)

    def mark(self, key: str) -> None:
        """Journal *key* in its state at the end of the request."""
        JOURNAL.put(self._collection, key, lambda: self._now(key))

    def put_back(self, key: str, versions: list[Any]) -> None:
        """Restore *key* without journalling it."""
        dict.__setitem__(self, key, versions)

    def _now(self, key: str) -> Any:
        versions = self.getlist(key)
        return pickling.dumps(versions) if versions else DELETED


def install() -> None:
    """Journal the objects of buckets."""
    FakeBucket.__init__ = _make  # type: ignore[method-assign]
    S3Backend.delete_bucket = _delete  # type: ignore[method-assign]
    pickling.REDUCTIONS[Objects] = lambda found: (Objects, (found._collection[3:],))  # noqa: SLF001
    models.FakeKey.set_acl = _set_acl  # type: ignore[method-assign]


def put_back(collection: str, key: str, value: bytes) -> None:
    """Restore an object."""
    name = collection.removeprefix("s3 ")
    for _, _, backend in s3_backends.iter_backends():
        bucket = backend.buckets.get(name)  # type: ignore[attr-defined]
        if bucket is not None:
            bucket.keys.put_back(key, pickling.loads(value))


def after_load() -> None:
    """Restore moto's map of the buckets' accounts."""
    for account, partition, backend in s3_backends.iter_backends():
        for name in backend.buckets:  # type: ignore[attr-defined]
            s3_backends.bucket_accounts[name] = (partition, account)


def _make(self: FakeBucket, name: str, *args: Any, **kwargs: Any) -> None:
    _make_bucket(self, name, *args, **kwargs)
    self.keys = Objects(name)
    JOURNAL.clear(f"s3 {name}")


def _delete(self: S3Backend, bucket_name: str) -> Any:
    answer = _delete_bucket(self, bucket_name)
    if answer is not None:
        JOURNAL.clear(f"s3 {bucket_name}")
    return answer


def _set_acl(self: models.FakeKey, acl: Any) -> None:
    self.acl = acl
    buckets: dict[Any, Any] = s3_backends[self.account_id][self.partition].buckets
    bucket = buckets.get(self.bucket_name)
    if bucket is not None and self.name in bucket.keys:
        bucket.keys.mark(self.name)
