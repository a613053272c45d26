"""A condition restricts a policy only if most of the world cannot meet it."""

import pytest

from policy.engine.conditions import are_restrictive


@pytest.mark.parametrize(
    "values",
    [
        ["o-a1b2c3d4e5"],
        ["o-a1b2c3d4e5/r-ab12/*"],
        ["111122223333"],
        ["vpce-0123456789"],
        ["arn:aws:iam::111122223333:role/*"],
        ["arn:aws:sns:*:111122223333:*"],
        ["arn:aws:s3:::orders-*"],
        ["10.0.0.0/8", "192.0.2.0/24"],
        ["0.0.0.0/1"],
        ["2001:db8::/32"],
        ["(not known yet)"],
    ],
)
def test_fixed_values_are_restrictive(values):
    assert are_restrictive(values)


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["*"],
        ["o-*"],
        ["vpce-*"],
        ["1111*"],
        ["1111222233??"],
        ["o-a1b2*"],
        ["o-*/r-ab12/*"],
        ["vpce-01*"],
        ["?rn:aws:iam::111122223333:role/a"],
        ["arn:aws:iam::*:role/ticket-writer"],
        ["arn:aws:sns:*:*:*"],
        ["arn:aws:iam::1111*:root"],
        ["arn:aws:s3:::*"],
        ["arn:*"],
        ["0.0.0.0/0"],
        ["::/0"],
        ["0.0.0.0/1", "128.0.0.0/1"],
        ["10.0.0.0/8", "0.0.0.0/0"],
        ["111122223333", "*"],
    ],
)
def test_values_that_anybody_can_meet_are_not(values):
    assert not are_restrictive(values)
