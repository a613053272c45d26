"""What a preview adds to a failure."""

import pytest

from ops.commands.preview import _explained
from ops.engine_events import EngineEvents
from ops.errors import CommandError


@pytest.fixture
def stopped():
    """Return a events that has seen a mandatory violation."""
    events = EngineEvents(print)
    events.violations.append("sqs-encrypted (orders): The queue must encrypt.")
    return events


def test_an_environment_without_policy_settings_is_told_that_productions_rules_apply(stopped):
    failure = _explained("staging", stopped, stopped.failure(""))

    assert "sqs-encrypted (orders)" in str(failure)
    assert "copy policy/settings/dev.json to policy/settings/staging.json" in str(failure)


def test_the_failure_of_an_environment_with_policy_settings_stays_as_it_is(stopped):
    failure = stopped.failure("")

    assert _explained("dev", stopped, failure) is failure


def test_a_failure_without_violations_stays_as_it_is():
    failure = CommandError("the engine failed")

    assert _explained("staging", EngineEvents(print), failure) is failure
