"""Event notifications of buckets: S3's records, deletions of versions, and missing destinations.

A message to a queue is saved in the transaction of the request that changed the object.
"""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from moto.awslambda.utils import get_backend
from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.s3 import notifications
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, FakeDeleteMarker, S3Backend
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from localcloud.aws.journal import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)
_EVENTS = notifications.S3NotificationEvent
_configure = FakeBucket.set_notification_configuration
_delete = S3Backend.delete_object


def _is_function(account: str, region: str, arn: str) -> bool:
    try:
        get_backend(account, region).get_function(arn)
    except Exception:  # noqa: BLE001 - moto raises several
        return False
    return True


_PLACES: dict[str, Callable[[str, str, str], bool]] = {
    "sqs": lambda account, region, arn: (
        arn.rpartition(":")[2] in sqs_backends[account][region].queues
    ),
    "sns": lambda account, region, arn: arn in sns_backends[account][region].topics,
    "lambda": _is_function,
}


class InvalidDestinationError(S3ClientError):
    """Raised for a destination that does not exist."""

    code = 400

    def __init__(self) -> None:
        """Answer as S3 does."""
        text = "Unable to validate the following destination configurations"
        super().__init__("InvalidArgument", text)


def install() -> None:
    """Replace moto's records, and send those that moto does not."""
    notifications._get_s3_event = _event  # noqa: SLF001 - moto has no public name
    notifications._send_sqs_message = _to_queue  # noqa: SLF001
    FakeBucket.set_notification_configuration = _configured  # type: ignore[method-assign]
    S3Backend.delete_object = _deleted  # type: ignore[method-assign]


def _configured(self: FakeBucket, wanted: dict[str, Any] | None) -> None:
    before = self.notification_configuration
    for kind, member in (("Queue", "Queue"), ("Topic", "Topic"), ("CloudFunction",) * 2):
        given = (wanted or {}).get(f"{kind}Configuration") or []
        for one in given if isinstance(given, list) else [given]:
            _, _, service, region, account, *_ = f"{one[member]}:::::".split(":")
            exists = _PLACES.get(service)
            if exists is None or not exists(account, region, one[member]):
                raise InvalidDestinationError
    try:
        _configure(self, wanted)
    except Exception:
        self.notification_configuration = before
        raise


def _deleted(
    self: S3Backend,
    bucket_name: str,
    key_name: str,
    version_id: str | None = None,
    bypass: bool = False,
) -> tuple[bool, dict[str, Any]]:
    bucket: Any = self.get_bucket(bucket_name)
    before = list(bucket.keys.getlist(key_name) or [])
    answer = _delete(self, bucket_name, key_name, version_id, bypass)
    after = list(bucket.keys.getlist(key_name) or [])
    if bucket.is_versioned and len(after) > len(before):
        kind = _EVENTS.OBJECT_REMOVED_DELETE_MARKER_CREATED_EVENT
        notifications.send_event(self.account_id, kind, bucket, after[-1])
    elif after and len(after) < len(before):  # moto tells of the last version only
        [gone] = [one for one in before if one not in after]
        kind = _EVENTS.OBJECT_REMOVED_DELETE_EVENT
        notifications.send_event(self.account_id, kind, bucket, gone)
    return answer


def _event(event_name: str, bucket: Any, key: Any, notification_id: str) -> dict[str, Any]:
    """Return the message about *key*; one that was removed has no size and no ETag."""
    name = str(getattr(event_name, "value", event_name)).removeprefix("s3:")
    about: dict[str, Any] = {"key": quote_plus(key.name, safe="/")}
    if not isinstance(key, FakeDeleteMarker) and not name.startswith(
        ("ObjectRemoved", "LifecycleExpiration")
    ):
        about |= {"size": key.size, "eTag": key.etag.strip('"')}
    if bucket.is_versioned:
        about["versionId"] = key.version_id
    # Numbers of the events of one key increase.
    about["sequencer"] = f"{time.time_ns():018X}"
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region_name,
        "eventTime": iso_8601_datetime_with_milliseconds(),
        "eventName": name,
        "userIdentity": {"principalId": JOURNAL.work.principal or f"AWS:{bucket.account_id}"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": about["sequencer"], "x-amz-id-2": ""},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": notification_id,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": bucket.account_id},
                "arn": bucket.arn,
            },
            "object": about,
        },
    }
    return {"Records": [record]}


def _to_queue(account: str, body: Any, queue: str, region: str) -> None:
    try:
        sqs_backends[account][region].send_message(queue_name=queue, message_body=json.dumps(body))
    except Exception as error:  # noqa: BLE001 - the request that changed the object succeeds
        _LOG.warning("a notification was not delivered to the queue %s: %r", queue, error)
