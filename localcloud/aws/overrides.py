"""All overrides: which collections they journal, and their installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.dynamodb.models.table import Table
from moto.logs.models import LogStream
from moto.sqs.models import Queue

from localcloud.aws import dynamodb_items, log_events, pickling, s3_objects, sqs_queues

if TYPE_CHECKING:
    from collections.abc import Callable

COLLECTIONS: Final[dict[str, Callable[[str, str, bytes], None]]] = {
    "dynamodb ": dynamodb_items.put_back,
    "logs ": log_events.put_back,
    "s3 ": s3_objects.put_back,
    "sqs ": sqs_queues.put_back,
    "sqs-seen ": sqs_queues.put_back,
}
"""Journalled collections, by how their names begin, and who restores an entry."""


def install() -> None:
    """Install every override that needs nothing to know."""
    for module in (dynamodb_items, log_events, s3_objects, sqs_queues):
        module.install()
    pickling.REDUCTIONS[Queue] = pickling.without(*sqs_queues.NOT_SAVED)
    pickling.REDUCTIONS[Table] = pickling.without(*dynamodb_items.NOT_SAVED)
    pickling.REDUCTIONS[LogStream] = pickling.without(*log_events.NOT_SAVED)


def after_load() -> None:
    """Complete what was loaded."""
    for module in (dynamodb_items, log_events, s3_objects):
        module.after_load()
