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
        (report([READY, {**READY, "state": "stopped"}], [CONTROL]), 0),
        (report([READY], []), 1),
    ],
    ids=["ready", "a service failed", "a process restarts", "a part", "stopped"],
)
def test_the_exit_code_says_whether_everything_is_ready(
    bulkhead, monkeypatch, words, report, expected
):
    monkeypatch.setattr(status, "make", lambda _layout: report)

    code, _, _ = bulkhead(*words)

    assert code == expected


@pytest.fixture
def missing(layout, monkeypatch, save_state):
    """Deploy an API and a database of which nothing runs."""
    save_state(
        ("aws:apigatewayv2/api:Api", "shop", "api-1", {}),
        ("aws:rds/cluster:Cluster", "orders-ledger", "ledger", {}),
    )
    running = {"processes": [{"name": "control", "state": "ready"}]}
    monkeypatch.setattr(status.supervisor, "is_running", lambda _layout: True)
    monkeypatch.setattr(status.supervisor, "status", lambda _layout: running)
    return layout


def test_what_is_deployed_and_does_not_run_is_reported(missing):
    found = status.make(missing)

    assert [(one["name"], one["kind"], one["state"]) for one in found.services] == [
        ("shop", "endpoint", "missing"),
        ("ledger", "database", "missing"),
    ]


def test_what_is_deployed_and_does_not_run_fails_the_command(missing, bulkhead):
    assert bulkhead("status")[0] == 1


def test_services_that_run_saved_code_are_named(bulkhead, monkeypatch):
    developed = {"orders": 7, "catalog": 7}
    made = status.Report({}, [READY], {}, [], [CONTROL], developed)
    monkeypatch.setattr(status, "make", lambda _layout: made)

    code, printed, _ = bulkhead("status")

    assert code == 0
    assert printed.endswith(
        "catalog runs the saved code of bulkhead dev (process 7).\n"
        "orders runs the saved code of bulkhead dev (process 7).\n"
    )


def test_the_programs_of_others_are_shown_with_their_services(bulkhead, monkeypatch):
    web = {**READY, "name": "web", "state": "failed", "detail": "CannotPullContainerError"}
    program = {"folder": "/home/me/[x]", "project": "site", "resources": 9}
    program |= {"endpoints": {"web": "http://127.0.0.1:1"}, "services": [web]}
    found = status.Report({}, [READY], {}, [], [CONTROL], {}, [program])
    monkeypatch.setattr(status, "make", lambda _layout: found)

    code, printed, _ = bulkhead("status")

    assert code == 1  # one of them is not ready
    assert "/home/me/[x]: 9 AWS resources of site\n  web    http://127.0.0.1:1\n" in printed
    assert "  web  fargate  failed     CannotPullContainerError" in printed
