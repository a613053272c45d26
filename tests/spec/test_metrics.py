"""Which metrics a description may declare, and which it may refer to."""

from __future__ import annotations

import pytest

from spec.catalogue import SpecError, load_catalogue


def _service(name, **fields):
    compute = {"kind": "fargate", "command": ["python", "-m", name]}
    about = {"name": name, "description": "Works.", "owner": "team", "tier": "standard"}
    return {**about, "compute": compute, **fields}


def _function(name):
    return {**_service(name), "compute": {"kind": "lambda"}}


def _scaled(target, **fields):
    compute = {"kind": "fargate", "command": ["x"], "scaling": {"target": target}}
    return {**_service("a"), "compute": compute, **fields}


def _faults(folder):
    with pytest.raises(SpecError) as refused:
        load_catalogue(folder)
    return [line.removeprefix(f"{folder}/") for line in str(refused.value).splitlines()]


def _alarm(**alarm):
    return {"metrics": {"age": {"unit": "seconds", "alarm": alarm}}}


def test_a_service_scales_on_a_metric_that_it_declares(write):
    folder = write(_scaled({"orders-waiting": 50}, metrics={"orders-waiting": {}}))

    spec = load_catalogue(folder).services["a"]

    assert spec.compute.scaling.target.metric == "orders-waiting"
    assert spec.compute.scaling.target.per_task == 50


def test_an_unknown_metric_in_scaling_is_told_with_those_that_exist(write):
    folder = write(_scaled({"orders-wating": 50}, metrics={"orders-waiting": {}}))

    [found] = _faults(folder)

    assert found.startswith("a/service.yaml:11: compute.scaling.target.orders-wating: found")
    assert "the unknown metric 'orders-wating'; write orders-waiting, or one of" in found


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ({"cpu_percnt": 50}, "write one of {requests_per_task: ...} or {cpu_percent: ...}"),
        ({"orders": 1, "bills": 1}, "write one of {requests_per_task: ...}"),
        ({"orders": 0}, "compute.scaling.target.orders: found 0; write a number above 0"),
    ],
)
def test_a_target_that_is_none_is_refused(write, target, told):
    folder = write(_scaled(target, metrics={"orders": {}, "bills": {}}))

    [found] = _faults(folder)

    assert told in found


def test_an_alarm_may_invoke_the_function_of_another_service(write):
    folder = write(_service("a", **_alarm(above=60, invoke="repair")), _function("repair"))

    spec = load_catalogue(folder).services["a"]

    assert spec.metrics["age"].alarm.invoke == "repair"


@pytest.mark.parametrize(
    ("invoke", "told"),
    [
        ("repairs", "found the unknown service 'repairs'; write one of: repair; or remove it"),
        ("b", "found the service 'b', which is not a function; write one of: repair"),
    ],
)
def test_what_an_alarm_cannot_invoke_is_refused(write, invoke, told):
    folder = write(
        _service("a", **_alarm(above=60, invoke=invoke)), _service("b"), _function("repair")
    )

    [found] = _faults(folder)

    assert "a/service.yaml:" in found
    assert "metrics.age.alarm.invoke: " in found
    assert told in found


@pytest.mark.parametrize(
    ("alarm", "told"),
    [
        ({}, "write one of 'above: <number>' and 'below: <number>'"),
        ({"above": 1, "below": 2}, "write one of 'above: <number>' and 'below: <number>'"),
        ({"above": 1, "for": "3"}, "write a whole number and a unit, as '3 minutes' or '1 hour'"),
        ({"above": 1, "for": "25 hours"}, "write 24 hours or less"),
        ({"above": "much"}, "write a number"),
    ],
)
def test_an_alarm_that_cloudwatch_would_refuse_is_refused(write, alarm, told):
    [found] = _faults(write(_service("a", **_alarm(**alarm))))

    assert told in found


@pytest.mark.parametrize(("text", "minutes"), [("1 minute", 1), ("3 minutes", 3), ("2 hours", 120)])
def test_how_long_is_a_number_and_a_unit(write, text, minutes):
    folder = write(_service("a", **_alarm(above=1, **{"for": text})))

    assert load_catalogue(folder).services["a"].metrics["age"].alarm.minutes == minutes


def test_metrics_that_would_be_one_in_aws_are_refused(write):
    folder = write(
        _service("a", metrics={"b-c": {}}),
        _service("a-b", metrics={"c": {}}),
    )

    [found] = _faults(folder)

    assert "which becomes a-b-c as" in found
