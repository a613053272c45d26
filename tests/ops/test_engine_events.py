"""What the engine's events become."""

import pytest
from pulumi.automation.events import EngineEvent

from ops.engine_events import EngineEvents

QUEUE = "urn:pulumi:local::bulkhead::aws:sqs/queue:Queue::orders"
STACK = "urn:pulumi:local::bulkhead::pulumi:pulumi:Stack::bulkhead-local"


@pytest.fixture
def shown():
    return []


@pytest.fixture
def events(shown):
    return EngineEvents(lambda what, done=0, total=0: shown.append((what, done, total)), total=2)


def event(**content):
    return EngineEvent.from_json({"sequence": 1, "timestamp": 1, **content})


def metadata(op):
    return {"op": op, "urn": QUEUE, "type": "aws:sqs/queue:Queue", "provider": ""}


def diagnostic(message, urn=QUEUE, severity="error"):
    content = {"message": message, "color": "raw", "severity": severity, "urn": urn}
    return event(diagnosticEvent=content)


def policy(level, message="The queue 'orders' must\nencrypt.", urn=QUEUE):
    content = {
        "message": message,
        "color": "raw",
        "policyName": "sqs-encrypted",
        "policyPackName": "all",
        "policyPackVersion": "1",
        "policyPackVersionTag": "1",
        "enforcementLevel": level,
        "resourceUrn": urn,
    }
    return event(policyEvent=content)


def test_each_step_is_shown_with_how_many_are_left(events, shown):
    events(event(resourcePreEvent={"metadata": metadata("create")}))
    events(event(resourcePreEvent={"metadata": metadata("same")}))
    events(event(resourcePreEvent={"metadata": metadata("delete")}))

    assert shown == [
        ("Creating orders", 1, 2),
        ("Looking for changes", 2, 2),
        ("Deleting orders", 3, 3),
    ]


def test_the_summary_counts_what_was_done(events):
    for op in ("create", "create", "same"):
        events(event(resOutputsEvent={"metadata": metadata(op)}))

    assert events.summary() == "2 created, 1 unchanged"


def test_nothing_done_is_said_so(events):
    assert events.summary() == "nothing"


def test_a_failure_names_the_resource_and_each_reason_once(events):
    events(diagnostic("CreateQueue: the name is too long\n"))
    events(diagnostic("CreateQueue: the name is too long\n"))
    events(diagnostic("update failed", STACK))

    assert str(events.failure("exit status 255")) == (
        "The run failed:\n  orders: CreateQueue: the name is too long"
    )


def test_a_failure_of_the_program_is_shown_whole_and_without_a_name(events):
    events(diagnostic("no route is free\nwrite another", STACK))
    events(diagnostic("an unhandled error occurred: the program exited with non-zero", STACK))

    assert str(events.failure("x")) == "The run failed:\n  no route is free\n  write another"


def test_what_was_cancelled_after_a_failure_is_not_shown(events):
    relay = QUEUE.replace("orders", "relay")
    for urn in (QUEUE, relay):
        failed = {"metadata": metadata("create") | {"urn": urn}, "status": 1, "steps": 1}
        events(event(resOpFailedEvent=failed))
    events(diagnostic("the migrations failed"))
    events(diagnostic("rpc error: code = Canceled desc = context canceled", relay))

    assert str(events.failure("x", lambda name: [f"the log of {name}"] * (name == "relay"))) == (
        "The run failed:\n  orders: the migrations failed"
    )


def test_a_failed_service_is_shown_with_the_last_lines_of_its_log(events):
    failed = {"metadata": metadata("create"), "status": 1, "steps": 1}
    events(event(resOpFailedEvent=failed))
    events(diagnostic("the deployment failed"))

    assert str(events.failure("x", lambda name: [f"{name} has no table"])) == (
        "The run failed:\n"
        "  orders: the deployment failed\n"
        "The last lines of the log of orders:\n"
        "  orders has no table"
    )


def test_a_mandatory_policy_is_named_and_comes_before_everything_else(events):
    events(diagnostic("preview failed", STACK))
    events(policy("mandatory"))
    events(policy("mandatory"))

    assert str(events.failure("x")) == (
        "Policies stopped the run:\n  sqs-encrypted (orders): The queue 'orders' must encrypt."
    )


def test_advice_is_no_failure(events):
    events(policy("advisory"))

    assert events.violations == []
    assert events.advice == ["sqs-encrypted (orders): The queue 'orders' must encrypt."]


def test_what_is_exempt_is_told_once_for_all_its_resources(events):
    reason = "until 2027-05-31: It holds nothing (yet)."
    for name in ("orders", "orders", "mail"):
        events(policy("advisory", f"The queue must encrypt. (Exempt {reason})", f"{QUEUE}-{name}"))

    assert events.advice == []
    assert events.exempt == {("sqs-encrypted", reason): ["orders-orders", "orders-mail"]}


def test_a_failure_without_any_event_shows_what_the_engine_said(events):
    assert str(events.failure("the backend is not there")) == "the backend is not there"


def test_a_warning_is_no_error(events):
    events(diagnostic("old", severity="warning"))

    assert events.errors == []
