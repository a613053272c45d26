"""The fixture that fails tests of services that call too often."""

import pytest
from kit.resilience import usage
from kit.testing.call_limits import limits, watched


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ("[loans]", {}),
        ("{loans: {}}", {}),
        ("{loans: {max_calls_per_request: 3}, books: {timeout_ms: 5}}", {"loans": 3}),
    ],
)
def test_limits_are_those_of_service_yaml(tmp_path, calls, expected):
    file = tmp_path / "service.yaml"
    file.write_text(f"name: fines\ncalls: {calls}\n")

    assert limits(file) == expected


@pytest.mark.parametrize(("calls", "fails"), [(2, False), (3, True)])
def test_a_test_fails_in_which_a_request_calls_too_often(monkeypatch, calls, fails):
    message = "a request made 3 calls of my-loans, and max_calls_per_request in service.yaml is 2"
    failed = pytest.raises(pytest.fail.Exception, match=message) if fails else usage.counted()

    with failed, watched({"my-loans": 2}, monkeypatch), usage.counted():
        for _ in range(calls):
            usage.count("my-loans", attempts=1, size=0, seconds=0.0)
