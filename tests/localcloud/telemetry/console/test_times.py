"""Times that dashboards name."""

import pytest

from localcloud.telemetry.console.times import minutes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("-PT3H", 180),
        ("-PT1H30M", 90),
        ("-P28D", 28 * 1440),
        ("-P1DT1H", 1500),
        ("-P", None),
        ("-PT0H", None),
        ("2026-11-30T10:00:00Z", None),
        (3, None),
        (None, None),
    ],
)
def test_relative_times_are_minutes(text, found):
    assert minutes(text) == found
