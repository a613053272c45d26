"""When the capacity of a table is changed, and to what."""

import pytest

from localcloud.runtime.scaling.target_tracking import Tracking, wanted

QUIET, BUSY = [0.0] * 15, 60.0  # units in a minute: 60 are one in a second


@pytest.mark.parametrize(
    ("current", "minutes", "limits", "capacity"),
    [
        pytest.param(10, [8 * BUSY, 8 * BUSY, *QUIET], {}, 12, id="two minutes above the target"),
        pytest.param(10, [8 * BUSY, 6 * BUSY, *QUIET], {}, 10, id="one minute above the target"),
        pytest.param(10, [90 * BUSY] * 2, {}, 100, id="no more than the maximum"),
        pytest.param(10, [8 * BUSY] * 2, {"scale_out": False}, 10, id="scaling out is suspended"),
        pytest.param(50, [7 * BUSY] * 15, {}, 10, id="fifteen minutes below the target"),
        pytest.param(50, [7 * BUSY] * 14, {}, 50, id="fourteen minutes below the target"),
        pytest.param(10, [5.5 * BUSY] * 15, {}, 10, id="less than 20 points below the target"),
        pytest.param(50, QUIET, {}, 5, id="no less than the minimum"),
        pytest.param(50, QUIET, {"scale_in": False}, 50, id="scaling in is disabled"),
        pytest.param(2, QUIET, {}, 5, id="below the minimum"),
        pytest.param(200, [190 * BUSY] * 15, {}, 100, id="above the maximum"),
    ],
)
def test_the_wanted_capacity(current, minutes, limits, capacity):
    tracking = Tracking(minimum=5, maximum=100, target_percent=70, **limits)

    assert wanted(current, minutes, tracking) == capacity
