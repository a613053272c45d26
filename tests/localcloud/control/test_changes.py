from __future__ import annotations

import threading

import pytest

from localcloud.control.changes import Changes
from tests.localcloud.aws.control_process import ControlProcess


def test_a_reader_who_knows_nothing_is_told_everything():
    changes = Changes()

    version, services = changes.since(0, 0, ["ecs", "sqs"])

    assert services == ["ecs", "sqs"]
    assert changes.since(version, 0, ["ecs"]) == (version, [])


def test_a_change_wakes_a_reader_at_once():
    changes = Changes()
    version, _ = changes.since(0, 0, [])
    threading.Timer(0.05, changes.changed, ["ecs"]).start()

    found = changes.since(version, 600, [])

    assert found[1] == ["ecs"]
    assert found[0] > version


def test_versions_grow_from_one_process_to_the_next():
    first = Changes()
    first.changed("ecs")
    version, _ = first.since(0, 0, [])

    assert Changes().since(version, 0, ["sqs"]) == (pytest.approx(version, abs=10**9), ["sqs"])


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    found = ControlProcess(tmp_path_factory.mktemp("changes"))
    found.start()
    yield found
    found.stop()


def test_only_control_plane_changes_are_told(process):
    sqs = process.client("sqs")
    version = process.request("GET", "changes?since=0")[1]["version"]

    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    created = process.request("GET", f"changes?since={version}&timeout=0")[1]
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    sqs.receive_message(QueueUrl=queue)
    sqs.list_queues()
    after = process.request("GET", f"changes?since={created['version']}&timeout=0")[1]

    assert created["services"] == ["sqs"]
    assert after == {"version": created["version"], "services": []}


def test_a_refused_change_is_not_told(process):
    version = process.request("GET", "changes?since=0")[1]["version"]

    with pytest.raises(Exception, match="NonExistentQueue"):
        process.client("sqs").delete_queue(QueueUrl="http://x/000000000000/none")

    assert process.request("GET", f"changes?since={version}&timeout=0")[1]["services"] == []
