"""The publisher and the consumers of these tests in a running local cloud."""

from __future__ import annotations

import contextlib
from functools import cached_property

import psutil
import requests

from localcloud.clients import client
from localcloud.supervisor import client as supervisor
from tests.integration.gallery.cloud import Gallery

EVENTS = ("on-topic", "on-bus", "on-stream")
CONSUMERS = {"effects": EVENTS, "ledger": ("on-topic", "on-bus")}


class Channels(Gallery):
    """A local cloud with them."""

    @cached_property
    def headers(self):
        return {"Authorization": f"Bearer {self.bulkhead('token', 'tester').strip()}"}

    def publish(self, first, count):
        """Have events published on every channel; return whether they were accepted."""
        url = f"{self.endpoints['shop']}/numbers"
        body = {"first": first, "count": count}
        with contextlib.suppress(requests.RequestException):
            return requests.post(url, json=body, headers=self.headers, timeout=30).ok
        return False

    def aws(self, service):
        return client(self.layout, service)

    def counts(self):
        """Return what the container has counted: effects by event, and noted objects by key."""
        url = f"{self.endpoints['shop']}/counts"
        answer = requests.get(url, headers=self.headers, timeout=30)
        return answer.json() if answer.ok else {}

    def effects(self, consumer):
        """Return the number of effects by event."""
        if consumer == "ledger":
            counts = self.counts().items()
            return {one: number for one, number in counts if one.startswith(EVENTS)}
        dynamodb = self.aws("dynamodb")
        [table] = [one for one in dynamodb.list_tables()["TableNames"] if "effects-counts" in one]
        pages = dynamodb.get_paginator("scan").paginate(TableName=table)
        return {
            item["id"]["S"]: int(item["effects"]["N"]) for page in pages for item in page["Items"]
        }

    def letters(self, name):
        """Return what is printed of the dead letters of a consumer; empty if it has none."""
        listed = self.bulkhead("dead-letters", "list", "--json")
        return self.bulkhead("dead-letters", "show", name) if f'"{name}"' in listed else ""

    def kill_programs(self, service):
        """Kill the tasks and the execution environments of a service; they are started again."""
        killed = 0
        for process in self._tree():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("SERVICE_NAME") == service:
                    process.kill()
                    killed += 1
        assert killed, f"{service} had no process"

    def _tree(self):
        for one in supervisor.status(self.layout)["processes"]:
            with contextlib.suppress(psutil.Error):
                yield from psutil.Process(one["pid"]).children(recursive=True)

    def poison(self):
        """Send each channel what is no event."""
        topic = self._only(self.aws("sns").list_topics()["Topics"], "TopicArn", "on-topic")
        self.aws("sns").publish(TopicArn=topic, Message="{")
        bus = self._only(self.aws("events").list_event_buses()["EventBuses"], "Name", "-")
        entry = {"EventBusName": bus, "Source": "producer", "DetailType": "on-bus", "Detail": "{}"}
        answer = self.aws("events").put_events(Entries=[entry])
        assert answer["FailedEntryCount"] == 0
        kinesis = self.aws("kinesis")
        stream = next(name for name in kinesis.list_streams()["StreamNames"] if "on-stream" in name)
        kinesis.put_record(StreamName=stream, Data=b"{", PartitionKey="numbers/on-stream/0")

    @staticmethod
    def _only(found, key, part):
        [one] = [each[key] for each in found if part in each[key]]
        return one
