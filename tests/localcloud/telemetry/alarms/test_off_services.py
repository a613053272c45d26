"""Alarms that ring without datapoints, while their service does not run on this machine."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from localcloud.off import NotRunning
from localcloud.telemetry.alarms.evaluation import State, evaluate
from localcloud.telemetry.alarms.off_services import KEPT_SECONDS, OffServices
from localcloud.telemetry.alarms.watched import watched
from localcloud.telemetry.database import Database
from localcloud.telemetry.metrics.statistics import Datapoint

HOUR = 3600
END = 1_800_000_000 // HOUR * HOUR
ABSENT = {
    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:orders-expire-absent",
    "Namespace": "AWS/States",
    "MetricName": "ExecutionsSucceeded",
    "Dimensions": [],
    "Statistic": "Sum",
    "Period": HOUR,
    "EvaluationPeriods": 2,
    "Threshold": 1,
    "ComparisonOperator": "LessThanThreshold",
    "TreatMissingData": "breaching",
}


class Succeeded:
    """A store in which the job succeeded so many hours ago."""

    def __init__(self, *hours_ago):
        self.times = [END - ago * HOUR for ago in hours_ago]

    def series(self, _, __, ___, start, end, ____, _____=None):
        return [Datapoint(at, 1, 1, 1, 1, {}, "Count") for at in self.times if start <= at < end]

    def measured(self, start, end):
        return [(start, end)]


class Tags:
    """An emulated AWS that knows the tags of alarms."""

    def __init__(self, **service_tags):
        self.tags = [{"Key": key, "Value": value} for key, value in service_tags.items()]
        self.asked = []

    async def __call__(self, service, operation, **parameters):
        assert (service, operation) == ("cloudwatch", "ListTagsForResource")
        self.asked.append(parameters["ResourceARN"])
        return {"Tags": self.tags}


@pytest.fixture
async def database(tmp_path):
    opened = Database(tmp_path / "telemetry.db")
    yield opened
    opened.close()


async def state_of(database, not_running, minutes, tags, **given):
    """Return the state of the alarm after *minutes* before END in which *not_running* held."""
    off = OffServices(database, lambda: not_running)
    await off.refresh(tags, [ABSENT])
    for ago in minutes:
        off.note(END - ago * 60)
    current = given.get("current", State.OK)
    store = given.get("store", Succeeded())
    seen = watched(store, ABSENT, END, current, lambda a, b: off.of(ABSENT, a, b))
    return evaluate(seen.points, seen.condition, current).state


STOPPED = NotRunning(stopped=frozenset({"orders"}))
OFF = NotRunning(off={"orders": "off: its database is missing"})
OTHER = NotRunning(stopped=frozenset({"catalog"}))
RECENT = range(30)
LONG_AGO = range(600, 630)


@pytest.mark.parametrize(
    ("not_running", "minutes", "tags", "state"),
    [
        (STOPPED, RECENT, Tags(service="orders"), State.OK),
        (OFF, RECENT, Tags(service="orders"), State.OK),
        (OTHER, RECENT, Tags(service="orders"), State.ALARM),
        (STOPPED, RECENT, Tags(owner="orders"), State.ALARM),
        (STOPPED, LONG_AGO, Tags(service="orders"), State.ALARM),
        (NotRunning(), RECENT, Tags(service="orders"), State.ALARM),
    ],
)
async def test_a_job_is_not_missed_while_its_service_is_off(
    database, not_running, minutes, tags, state
):
    assert await state_of(database, not_running, reversed(minutes), tags) is state


@pytest.mark.parametrize("current", State)
async def test_the_state_stays_while_the_service_is_off(database, current):
    tags = Tags(service="orders")

    assert await state_of(database, STOPPED, reversed(range(240)), tags, current=current) is current


async def test_what_was_measured_counts_though_the_service_was_off(database):
    tags, store = Tags(service="orders"), Succeeded(1)

    found = await state_of(
        database, STOPPED, reversed(RECENT), tags, current=State.ALARM, store=store
    )

    assert found is State.OK


async def test_minutes_in_a_row_are_one_span_and_old_ones_are_forgotten(database):
    off = OffServices(database, lambda: STOPPED)
    await off.refresh(Tags(service="orders"), [ABSENT])
    for ago in (KEPT_SECONDS // 60 + 5, 12, 11, 10, 2, 1):
        off.note(END - ago * 60)

    found = off.of(ABSENT, END - 2 * KEPT_SECONDS, END)

    assert [((END - a) // 60, (END - b) // 60) for a, b in found] == [(13, 10), (3, 1)]


async def test_an_alarm_that_is_deleted_meanwhile_hinders_no_other(database):
    class Deleted(Tags):
        async def __call__(self, service, operation, **parameters):
            if parameters["ResourceARN"] == "deleted":
                raise ClientError({"Error": {"Code": "ResourceNotFound"}}, operation)
            return await super().__call__(service, operation, **parameters)

    off = OffServices(database, lambda: STOPPED)
    await off.refresh(Deleted(service="orders"), [{**ABSENT, "AlarmArn": "deleted"}, ABSENT])
    off.note(END)

    assert off.of(ABSENT, 0, END) == [(END - 60, END)]


async def test_only_alarms_that_ring_without_datapoints_are_asked_for_their_tags_and_once(database):
    off, aws = OffServices(database, lambda: STOPPED), Tags(service="orders")
    calm = {**ABSENT, "AlarmArn": "calm", "TreatMissingData": "notBreaching"}

    for _ in range(2):
        await off.refresh(aws, [ABSENT, calm, {"AlarmArn": "composite", "AlarmRule": "TRUE"}])

    assert aws.asked == [ABSENT["AlarmArn"]]
