"""EventBridge: archives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localcloud.aws.events import patterns
from localcloud.provider.documents import json_failures
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.row import Properties


def check_archive(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is wrong with the event pattern."""
    failures = list(json_failures(inputs, "eventPattern"))
    yield from failures
    if inputs.get("eventPattern") and not failures:
        reason = patterns.problem(json.loads(inputs["eventPattern"]))
        if reason:
            yield CheckFailure("eventPattern", f"is not a valid event pattern: {reason}")


ROWS = (
    Row(
        type="aws:cloudwatch/eventArchive:EventArchive",
        service="events",
        inputs={
            **each(REPLACE, "eventSourceArn region"),
            "description": Input(UPDATE, reset=""),
            "eventPattern": Input(UPDATE, reset=""),
            "kmsKeyIdentifier": Input(UPDATE, reset=""),
            "name": Input(REPLACE, limit=Limit(max_length=48, pattern=r"[.\-_A-Za-z0-9]+")),
            "retentionDays": Input(UPDATE, default=0, limit=Limit(0)),
        },
        name=Naming(max_length=48, prefix_property=""),
        create=Op(name="CreateArchive", rename={"name": "ArchiveName"}),
        id="=name",
        from_id=lambda id_: {"name": id_},
        read=Op(name="DescribeArchive", keys={"ArchiveName": "id"}),
        outputs={"arn": "ArchiveArn", "name": "ArchiveName"},
        update=Op(name="UpdateArchive", keys={"ArchiveName": "id"}),
        delete=Op(name="DeleteArchive", keys={"ArchiveName": "id"}),
        check=check_archive,
    ),
)
