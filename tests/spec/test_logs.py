"""What a description may count in the logs of a service."""

from __future__ import annotations

import pytest

from spec.catalogue import SpecError, load_catalogue

REFUSED = '{ $.event = "payment-refused" }'


def _service(name, **fields):
    compute = {"kind": "fargate", "command": ["python", "-m", name]}
    about = {"name": name, "description": "Works.", "owner": "team", "tier": "standard"}
    return {**about, "compute": compute, **fields}


def _counting(**count):
    return _service("a", logs={"count": count})


def _faults(folder):
    with pytest.raises(SpecError) as refused:
        load_catalogue(folder)
    return [line.removeprefix(f"{folder}/") for line in str(refused.value).splitlines()]


@pytest.mark.parametrize("written", [REFUSED, {"pattern": REFUSED}])
def test_a_count_is_a_pattern_or_a_pattern_and_more(write, written):
    spec = load_catalogue(write(_counting(refused=written))).services["a"]

    assert spec.logs.count["refused"].pattern == REFUSED
    assert spec.logs.count["refused"].alarm is None


def test_a_count_may_have_an_alarm_and_be_what_a_service_scales_on(write):
    compute = {"kind": "fargate", "command": ["x"], "scaling": {"target": {"refused": 5}}}
    alarm = {"above": 3, "for": "2 minutes"}
    count = {"refused": {"pattern": REFUSED, "alarm": alarm}}

    spec = load_catalogue(write(_service("a", logs={"count": count}, compute=compute)))

    assert spec.services["a"].logs.count["refused"].alarm.minutes == 2
    assert spec.services["a"].compute.scaled_on == "refused"


@pytest.mark.parametrize("written", [str, lambda pattern: {"pattern": pattern}])
@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("{ $.event = }", "at character 13: found the end, expected a value"),
        ("ERROR:", "write terms with other characters than letters, digits and '_' in double"),
        ("%a(b)%", "write a filter pattern of CloudWatch Logs: "),
    ],
)
def test_a_pattern_that_does_not_parse_is_told_with_its_line(write, written, pattern, told):
    [found] = _faults(write(_counting(refused=written(pattern))))

    where, _, what = found.partition(": logs.count.refused")
    assert where.startswith("a/service.yaml:")
    assert int(where.rpartition(":")[2]) > 10
    assert told in what


def test_a_pattern_without_quotes_is_told_to_have_some(tmp_path):
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "service.yaml").write_text(
        "name: a\ndescription: Works.\nowner: team\ntier: standard\n"
        "compute: {kind: fargate, command: [x]}\n"
        'logs:\n  count:\n    refused: { $.event = "payment-refused" }\n'
    )

    [found] = _faults(tmp_path)

    assert found.startswith("a/service.yaml:8: logs.count.refused: found")
    assert "write the pattern in single quotes" in found


def test_a_name_that_a_metric_has_is_refused(write):
    [found] = _faults(
        write(_service("a", metrics={"refused": {}}, logs={"count": {"refused": REFUSED}}))
    )

    assert "logs.count.refused: found the name 'refused', which one of metrics has too" in found


def test_a_metric_and_a_count_that_would_be_one_in_aws_are_refused(write):
    folder = write(
        _service("a", metrics={"b-c": {}}), _service("a-b", logs={"count": {"c": REFUSED}})
    )

    [found] = _faults(folder)

    assert "logs.count.c: found 'c', which becomes a-b-c as a/b-c does" in found


def test_an_alarm_of_a_count_invokes_functions_only(write):
    alarm = {"above": 1, "invoke": "b"}
    folder = write(_counting(refused={"pattern": REFUSED, "alarm": alarm}), _service("b"))

    [found] = _faults(folder)

    assert "logs.count.refused.alarm.invoke: found the service 'b', which is not a" in found


def test_a_sixth_pattern_with_a_regular_expression_is_refused(write):
    [found] = _faults(write(_counting(**{f"count-{number}": "%a[0-9]%" for number in range(6)})))

    assert "write at most 5 patterns with regular expressions" in found
