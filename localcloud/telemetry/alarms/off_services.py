"""When services did not run on this machine, for alarms that ring without datapoints.

A service is off because somebody stopped it (`up --only`), or because an engine is missing: that is
not a failure, so these minutes are not measured.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.measurements import MINUTE
from localcloud.stopped import service_of
from localcloud.telemetry.alarms.evaluation import Treatment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localcloud.off import NotRunning
    from localcloud.runtime.api import AwsApi
    from localcloud.telemetry.database import Database

_LOG = logging.getLogger(__name__)

KEPT_SECONDS = 15 * 86_400
"""As long as minutes of metrics."""

SCHEMA = """
create table if not exists alarm_service_off (
    service text not null,
    started integer not null,
    ended integer not null,
    primary key (service, started)
) without rowid;
"""


class OffServices:
    """The minutes in which services were off, saved, and the services of alarms."""

    def __init__(self, database: Database, not_running: Callable[[], NotRunning]) -> None:
        """Create the table."""
        self._database, self._not_running = database, not_running
        self._services: dict[str, str] = {}
        database.script(SCHEMA)

    async def refresh(self, aws: AwsApi, alarms: Iterable[Mapping[str, Any]]) -> None:
        """Read which service the tags name of each of *alarms* that rings without datapoints."""
        arns = [
            one["AlarmArn"] for one in alarms if one.get("TreatMissingData") == Treatment.BREACHING
        ]
        found = {arn: self._services.get(arn) or await _service(aws, arn) for arn in arns}
        self._services = found

    def note(self, end: int) -> None:
        """Note which services are off in the minute before *end*."""
        not_running = self._not_running()
        run = self._database.connection.execute
        for service in sorted(not_running.stopped | not_running.off.keys()):
            extended = run(
                "update alarm_service_off set ended = ? where service = ? and ended >= ?",
                (end, service, end - MINUTE),
            )
            if not extended.rowcount:
                started = end - MINUTE
                run("insert into alarm_service_off values (?, ?, ?)", (service, started, end))
        run("delete from alarm_service_off where ended < ?", (end - KEPT_SECONDS,))
        self._database.changed()

    def of(self, alarm: Mapping[str, Any], start: int, end: int) -> list[tuple[int, int]]:
        """Return the spans between *start* and *end* in which the service of *alarm* was off."""
        service = self._services.get(alarm.get("AlarmArn", ""))
        if not service:
            return []
        return self._database.connection.execute(
            "select started, ended from alarm_service_off"
            " where service = ? and ended > ? and started < ?",
            (service, start, end),
        ).fetchall()


async def _service(aws: AwsApi, arn: str) -> str:
    try:
        answer = await aws("cloudwatch", "ListTagsForResource", ResourceARN=arn)
    except ClientError as error:  # it was deleted in between
        _LOG.info("the tags of %s cannot be read: %s", arn, error)
        return ""
    return service_of(answer["Tags"])
