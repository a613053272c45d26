"""What is counted of a function's invocations."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from localcloud.runtime.functions import metrics
from tests.localcloud.measured import measured

DEFINITION = SimpleNamespace(name="prices")


async def outcome(error):
    return SimpleNamespace(function_error=error, seconds=0.25)


@pytest.mark.parametrize(("error", "errors"), [(None, 0), ("Unhandled", 1)])
async def test_each_invocation_reports_its_errors_and_throttles_even_if_there_are_none(
    error, errors
):
    measured("")

    await metrics.counted(DEFINITION, None, outcome(error))

    counted = measured("AWS/Lambda")
    for dimensions in ((), ("prices",), ("prices", "prices")):
        assert counted["Invocations", dimensions] == (1, 1)
        assert counted["Errors", dimensions] == (1, errors)
        assert counted["Throttles", dimensions] == (1, 0)
        assert counted["Duration", dimensions] == (1, 250)


def test_a_rejected_invocation_is_a_throttle_and_no_invocation():
    measured("")

    metrics.throttled("prices", "live")

    counted = measured("AWS/Lambda")
    assert set(counted) == {
        ("Throttles", ()),
        ("Throttles", ("prices",)),
        ("Throttles", ("prices", "prices:live")),
    }
