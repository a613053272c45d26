"""A queue behind a rule of a bus of its own, for each test."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

ACCOUNT = "000000000000"
NUMBERS = itertools.count(1)


def arn(service, name, region="eu-west-1"):
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{name}"


@dataclass
class Bus:
    """An event bus with one rule, and the queues that a test reads."""

    cloud: Any
    name: str
    queues: dict[str, str] = field(default_factory=dict)

    def queue(self, name, **attributes):
        """Make a queue and return its ARN."""
        name = f"{self.name}-{name}"
        sqs = self.cloud.client("sqs")
        self.queues[name] = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return arn("sqs", name)

    def rule(self, *targets, name="all", bus="", **settings):
        """Make a rule of all events and put *targets*, members of PutTargets."""
        events, bus = self.cloud.client("events"), bus or self.name
        pattern = json.dumps({"source": [{"prefix": ""}]})
        settings = {"EventPattern": pattern, **settings}
        made = events.put_rule(Name=name, EventBusName=bus, **settings)["RuleArn"]
        numbered = [{"Id": str(number), **one} for number, one in enumerate(targets)]
        events.put_targets(Rule=name, EventBusName=bus, Targets=numbered)
        return made

    def put(self, detail=None, **entry):
        """Put one event and return its ID."""
        entry = {"Source": "shop", "DetailType": "placed", "EventBusName": self.name, **entry}
        entry["Detail"] = json.dumps({"total": 5} if detail is None else detail)
        answer = self.cloud.client("events").put_events(Entries=[entry])
        assert answer["FailedEntryCount"] == 0
        return answer["Entries"][0]["EventId"]

    def received(self, queue):
        """Return the messages in the queue with this ARN."""
        url = self.queues[queue.rsplit(":", 1)[-1]]
        answer = self.cloud.client("sqs").receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        return answer.get("Messages", [])

    def bodies(self, queue):
        return [message["Body"] for message in self.received(queue)]


@pytest.fixture
def bus(cloud):
    name = f"events-{next(NUMBERS)}"
    cloud.client("events").create_event_bus(Name=name)
    return Bus(cloud, name)
