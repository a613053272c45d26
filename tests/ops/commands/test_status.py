"""`bulkhead status` fails while not everything is ready, in each form."""

import pytest

from ops.commands import status

READY = {"name": "orders", "kind": "fargate", "state": "ready", "detail": "", "log": ""}
CONTROL = {"name": "control", "state": "ready"}


def report(services, processes):
    return status.Report({}, services, {}, [], processes)


@pytest.mark.parametrize("words", [("status",), ("status", "--json")])
@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (report([READY], [CONTROL]), 0),
        (report([{**READY, "state": "failed"}], [CONTROL]), 1),
        (report([READY], [{**CONTROL, "state": "restarting"}]), 1),
        (report([READY], []), 1),
    ],
    ids=["ready", "a service failed", "a process restarts", "stopped"],
)
def test_the_exit_code_says_whether_everything_is_ready(
    bulkhead, monkeypatch, words, report, expected
):
    monkeypatch.setattr(status, "make", lambda _layout: report)

    code, _, _ = bulkhead(*words)

    assert code == expected
