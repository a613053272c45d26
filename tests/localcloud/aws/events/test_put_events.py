"""Requests to EventBridge: entries, targets, patterns, event buses and tags."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.aws.events.conftest import arn


def test_only_events_that_match_the_pattern_are_delivered(bus):
    queue = bus.queue("large")
    bus.rule({"Arn": queue}, EventPattern='{"detail": {"total": [{"numeric": [">", 10]}]}}')

    for total in (5, 50):
        bus.put({"total": total})

    assert [json.loads(body)["detail"] for body in bus.bodies(queue)] == [{"total": 50}]


def test_invalid_entries_do_not_affect_the_others(bus, cloud):
    queue = bus.queue("valid")
    bus.rule({"Arn": queue})
    good = {"Source": "s", "DetailType": "d", "Detail": "{}", "EventBusName": bus.name}

    answer = cloud.client("events").put_events(
        Entries=[good, {**good, "Detail": "[1]"}, {**good, "Source": ""}, good]
    )

    codes = [entry.get("ErrorCode") for entry in answer["Entries"]]
    assert codes == [None, "MalformedDetail", "InvalidArgument", None]
    assert len(bus.bodies(queue)) == 2


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("put_targets", {"Rule": "all", "Targets": [{"Id": "1", "Arn": arn("sqs", "q"),
                                                     "Input": "text"}]}, "ValidationException"),
        ("put_rule", {"Name": "r", "EventPattern": '{"a": [{"prefx": "b"}]}'},
         "InvalidEventPatternException"),
    ],
)  # fmt: skip
def test_what_is_invalid_is_refused(bus, cloud, operation, parameters, code):
    bus.rule({"Arn": bus.queue("any")})

    with pytest.raises(ClientError, match=code):
        getattr(cloud.client("events"), operation)(EventBusName=bus.name, **parameters)


def test_a_bus_is_updated_and_a_rule_of_the_same_name_has_tags_of_its_own(bus, cloud):
    events = cloud.client("events")
    bus_arn = events.describe_event_bus(Name=bus.name)["Arn"]
    rule = bus.rule({"Arn": bus.queue("any")}, name=bus.name)

    events.update_event_bus(Name=bus.name, Description="orders")
    for one in (bus_arn, rule):
        events.tag_resource(ResourceARN=one, Tags=[{"Key": "of", "Value": one}])

    assert events.describe_event_bus(Name=bus.name)["Description"] == "orders"
    for one in (bus_arn, rule):
        found = events.list_tags_for_resource(ResourceARN=one)["Tags"]
        assert found == [{"Key": "of", "Value": one}]


def test_an_archive_keeps_events_and_replays_them(bus, cloud):
    events, queue = cloud.client("events"), bus.queue("replayed")
    source = events.describe_event_bus(Name=bus.name)["Arn"]
    archive = events.create_archive(ArchiveName=bus.name, EventSourceArn=source)["ArchiveArn"]
    bus.put({"total": 7})
    bus.rule({"Arn": queue})

    events.start_replay(
        ReplayName=bus.name,
        EventSourceArn=archive,
        EventStartTime="2020-01-01",
        EventEndTime="2030-01-01",
        Destination={"Arn": source},
    )

    [body] = bus.bodies(queue)
    assert json.loads(body)["detail"] == {"total": 7}
    assert json.loads(body)["replay-name"] == bus.name
