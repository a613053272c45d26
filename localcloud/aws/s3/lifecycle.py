"""Lifecycle rules: expiry of objects, of noncurrent versions, of delete markers and of uploads.

As S3 does, a rule acts at the midnight (UTC) after the days have passed.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow
from moto.s3 import notifications
from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeMultipart, s3_backends

from localcloud.aws.journal import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Iterator

PRINCIPAL = "s3.amazonaws.com"
_EVENTS = notifications.S3NotificationEvent
_set = FakeBucket.set_lifecycle
_delete = FakeBucket.delete_lifecycle
_begin = FakeMultipart.__init__


def install() -> None:
    """Keep rules as they are sent, and the time at which uploads began."""
    FakeBucket.set_lifecycle = _kept  # type: ignore[method-assign]
    FakeBucket.delete_lifecycle = _forgotten  # type: ignore[method-assign]
    FakeMultipart.__init__ = _begun  # type: ignore[method-assign]


def _kept(self: Any, rules: list[dict[str, Any]]) -> None:
    _set(self, rules)
    self.bulkhead_lifecycle = rules


def _forgotten(self: Any) -> None:
    _delete(self)
    self.bulkhead_lifecycle = []


def _begun(self: Any, *args: Any, **kwargs: Any) -> None:
    _begin(self, *args, **kwargs)
    self.bulkhead_initiated = utcnow()


def expire(body: dict[str, Any]) -> None:
    """Do what lifecycle rules ask for at `now`, in epoch seconds."""
    now = dt.datetime.fromtimestamp(float(body["now"]), dt.UTC).replace(tzinfo=None)
    JOURNAL.work.principal = PRINCIPAL
    for _, _, backend in s3_backends.iter_backends():
        for bucket in backend.buckets.values():  # type: ignore[attr-defined]
            for rule in getattr(bucket, "bulkhead_lifecycle", ()):
                if rule.get("Status") == "Enabled":
                    _apply(backend, bucket, rule, now)


def _apply(backend: Any, bucket: Any, rule: dict[str, Any], now: dt.datetime) -> None:
    for name in list(bucket.keys):
        if not (versions := list(bucket.keys.getlist(name))):
            continue
        gone = {id(one) for one in _noncurrent(backend, rule, versions, now)}
        kept = [one for one in versions if id(one) not in gone]
        current, action = kept[-1], rule.get("Expiration") or {}
        marker = isinstance(current, FakeDeleteMarker)
        if marker and len(kept) == 1 and _marker_expires(action, current, now):
            gone.add(id(current))
        expires = not marker and _expires(action, current, now) and _matches(backend, rule, current)
        if expires and not bucket.is_versioned:
            gone.add(id(current))
        for one in versions:
            if id(one) in gone:
                _tell(bucket, _EVENTS.LIFECYCLEEXPIRATION_DELETE_EVENT, one)
        left = [one for one in versions if id(one) not in gone]
        if gone:
            bucket.keys.setlist(name, left)
        if not left:
            bucket.keys.pop(name)
        if expires and bucket.is_versioned:
            bucket.keys[name] = made = FakeDeleteMarker(key=current)
            _tell(bucket, _EVENTS.LIFECYCLE_EXPIRATION_DELETE_MARKER_CREATED_EVENT, made)
    _abort(bucket, rule, now)


def _noncurrent(
    backend: Any, rule: dict[str, Any], versions: list[Any], now: dt.datetime
) -> Iterator[Any]:
    """Yield noncurrent versions whose days since they were replaced have passed."""
    action = rule.get("NoncurrentVersionExpiration")
    if not action:
        return
    retained = int(action.get("NewerNoncurrentVersions") or 0)
    last = len(versions) - 1
    for index, (one, newer) in enumerate(itertools.pairwise(versions)):
        enough = last - index - 1 >= retained
        passed = now >= due(newer.last_modified, int(action["NoncurrentDays"]))
        if enough and passed and not _locked(one, now) and _matches(backend, rule, one):
            yield one


def _expires(action: dict[str, Any], key: Any, now: dt.datetime) -> bool:
    if action.get("Date"):
        return now >= dt.datetime.fromisoformat(action["Date"].rstrip("Z")).replace(tzinfo=None)
    if not action.get("Days"):
        return False
    return now >= due(key.last_modified, int(action["Days"]))


def _marker_expires(action: dict[str, Any], marker: Any, now: dt.datetime) -> bool:
    """Return whether a delete marker without other versions is removed."""
    asked = str(action.get("ExpiredObjectDeleteMarker")).lower() == "true"
    return asked or _expires(action, marker, now)


def due(since: dt.datetime, days: int) -> dt.datetime:
    """Return the midnight at or after *days* from *since*."""
    end = since + dt.timedelta(days=days)
    midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight == end else midnight + dt.timedelta(days=1)


def _abort(bucket: Any, rule: dict[str, Any], now: dt.datetime) -> None:
    action, prefix = rule.get("AbortIncompleteMultipartUpload"), _scope(rule).get("Prefix") or ""
    if not action:
        return
    for upload_id, upload in list(bucket.multiparts.items()):
        begun = getattr(upload, "bulkhead_initiated", now)
        if upload.key_name.startswith(prefix) and now >= due(
            begun, int(action["DaysAfterInitiation"])
        ):
            del bucket.multiparts[upload_id]


def _scope(rule: dict[str, Any]) -> dict[str, Any]:
    """Return prefix, tags and sizes of a rule, whichever form it has."""
    scope = rule.get("Filter") or {"Prefix": rule.get("Prefix")}
    return scope.get("And") or scope


def _matches(backend: Any, rule: dict[str, Any], key: Any) -> bool:
    scope = _scope(rule)
    if not key.name.startswith(scope.get("Prefix") or ""):
        return False
    if isinstance(key, FakeDeleteMarker):
        return set(scope) <= {"Prefix"}
    size = key.size
    if not int(scope.get("ObjectSizeGreaterThan") or -1) < size:
        return False
    if scope.get("ObjectSizeLessThan") and size >= int(scope["ObjectSizeLessThan"]):
        return False
    tags = scope.get("Tag") or []
    found = backend.tagger.get_tag_dict_for_resource(key.arn)
    return all(
        found.get(tag["Key"]) == (tag.get("Value") or "")
        for tag in (tags if isinstance(tags, list) else [tags])
    )


def _locked(key: Any, now: dt.datetime) -> bool:
    """Return whether Object Lock keeps a version at *now*, which `time advance` may have moved."""
    if isinstance(key, FakeDeleteMarker):
        return False
    if key.lock_legal_status == "ON":
        return True
    until = key.lock_until if key.lock_mode else None
    return bool(until) and dt.datetime.fromisoformat(until.rstrip("Z")) > now


def _tell(bucket: Any, kind: Any, key: Any) -> None:
    notifications.send_event(bucket.account_id, kind, bucket, key)
