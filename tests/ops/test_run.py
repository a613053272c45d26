"""What the engine's events become."""

import os
import signal

import pytest
from pulumi.automation.events import EngineEvent

from ops.errors import CommandError
from ops.run import Watcher, defer_interrupt

QUEUE = "urn:pulumi:local::bulkhead::aws:sqs/queue:Queue::orders"
STACK = "urn:pulumi:local::bulkhead::pulumi:pulumi:Stack::bulkhead-local"


@pytest.fixture
def shown():
    return []


@pytest.fixture
def watcher(shown):
    return Watcher(lambda what, done=0, total=0: shown.append((what, done, total)), total=2)


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


def test_each_step_is_shown_with_how_many_are_left(watcher, shown):
    watcher(event(resourcePreEvent={"metadata": metadata("create")}))
    watcher(event(resourcePreEvent={"metadata": metadata("same")}))
    watcher(event(resourcePreEvent={"metadata": metadata("delete")}))

    assert shown == [
        ("Creating orders", 1, 2),
        ("Looking for changes", 2, 2),
        ("Deleting orders", 3, 3),
    ]


def test_the_summary_counts_what_was_done(watcher):
    for op in ("create", "create", "same"):
        watcher(event(resOutputsEvent={"metadata": metadata(op)}))

    assert watcher.summary() == "2 created, 1 unchanged"


def test_nothing_done_is_said_so(watcher):
    assert watcher.summary() == "nothing"


def test_a_failure_names_the_resource_and_each_reason_once(watcher):
    watcher(diagnostic("CreateQueue: the name is too long\n"))
    watcher(diagnostic("CreateQueue: the name is too long\n"))
    watcher(diagnostic("update failed", STACK))

    assert str(watcher.failure("exit status 255")) == (
        "The run failed:\n  orders: CreateQueue: the name is too long"
    )


def test_a_failure_of_the_program_is_shown_whole_and_without_a_name(watcher):
    watcher(diagnostic("no route is free\nwrite another", STACK))
    watcher(diagnostic("an unhandled error occurred: the program exited with non-zero", STACK))

    assert str(watcher.failure("x")) == "The run failed:\n  no route is free\n  write another"


def test_a_failed_service_is_shown_with_the_last_lines_of_its_log(watcher):
    failed = {"metadata": metadata("create"), "status": 1, "steps": 1}
    watcher(event(resOpFailedEvent=failed))
    watcher(diagnostic("the deployment failed"))

    assert str(watcher.failure("x", lambda name: [f"{name} has no table"])) == (
        "The run failed:\n"
        "  orders: the deployment failed\n"
        "The last lines of the log of orders:\n"
        "  orders has no table"
    )


def test_a_mandatory_policy_is_named_and_comes_before_everything_else(watcher):
    watcher(diagnostic("preview failed", STACK))
    watcher(policy("mandatory"))
    watcher(policy("mandatory"))

    assert str(watcher.failure("x")) == (
        "Policies stopped the run:\n  sqs-encrypted (orders): The queue 'orders' must encrypt."
    )


def test_advice_is_no_failure(watcher):
    watcher(policy("advisory"))

    assert watcher.violations == []
    assert watcher.advice == ["sqs-encrypted (orders): The queue 'orders' must encrypt."]


def test_what_is_exempt_is_told_once_for_all_its_resources(watcher):
    reason = "until 2027-05-31: It holds nothing (yet)."
    for name in ("orders", "orders", "mail"):
        watcher(policy("advisory", f"The queue must encrypt. (Exempt {reason})", f"{QUEUE}-{name}"))

    assert watcher.advice == []
    assert watcher.exempt == {("sqs-encrypted", reason): ["orders-orders", "orders-mail"]}


def test_a_failure_without_any_event_shows_what_the_engine_said(watcher):
    assert str(watcher.failure("the backend is not there")) == "the backend is not there"


def test_a_warning_is_no_error(watcher):
    watcher(diagnostic("old", severity="warning"))

    assert watcher.errors == []


def test_an_interrupt_is_heard_when_the_engine_has_ended():
    reached = []

    def run():
        with defer_interrupt():
            os.kill(os.getpid(), signal.SIGINT)
            reached.append("the end of the block")

    with pytest.raises(KeyboardInterrupt):
        run()

    assert reached == ["the end of the block"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_run_that_ctrl_c_cancelled_is_stopped_and_has_not_failed():
    def run():
        with defer_interrupt():
            os.kill(os.getpid(), signal.SIGINT)
            raise CommandError("context canceled")

    with pytest.raises(KeyboardInterrupt):
        run()


def test_a_failure_without_ctrl_c_stays_one():
    def run():
        with defer_interrupt():
            raise CommandError("the disk is full")

    with pytest.raises(CommandError, match="the disk is full"):
        run()
