"""What all arguments share."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from components.alarm_kinds import AlarmKind
from components.alarms import Alarm
from components.args import NOT_AN_INPUT, InvalidArgError, as_inputs, require_between
from components.logs import LogSettings


@dataclass(frozen=True, kw_only=True)
class InnerArgs:
    days: int = 3


@dataclass(frozen=True, kw_only=True)
class OuterArgs:
    inner: InnerArgs = field(default_factory=InnerArgs)
    several: tuple[InnerArgs, ...] = (InnerArgs(days=1),)
    named: dict[str, InnerArgs] = field(default_factory=lambda: {"a": InnerArgs(days=2)})
    hook: object = field(default=None, metadata=NOT_AN_INPUT)


def test_arguments_in_arguments_arrive_in_the_state_as_plain_values():
    assert as_inputs(OuterArgs(hook=object())) == {
        "inner": {"days": 3},
        "several": [{"days": 1}],
        "named": {"a": {"days": 2}},
    }


def test_a_refusal_names_the_argument_what_it_got_and_what_to_write():
    with pytest.raises(InvalidArgError, match=r"^count=7 is invalid: use 1 to 5$"):
        require_between("count", 7, 1, 5)


def test_a_retention_that_cloudwatch_does_not_offer_is_refused():
    with pytest.raises(InvalidArgError, match=r"retention_days=13 is invalid: use one of 1, 3, 5"):
        LogSettings(retention_days=13)


def test_an_alarm_stays_silent_while_nothing_is_measured():
    about = {"kind": AlarmKind.DEAD_LETTERS, "namespace": "n", "metric": "m", "dimensions": {}}

    assert Alarm(description="d", threshold=0, **about).missing_data == "notBreaching"
