"""The lines shown of a service that failed are its error, not the requests before it."""

import json

import pytest

from localcloud.log_lines import failure_lines, is_routine

ACCESS = 'INFO:     127.0.0.1:5000 - "GET /health HTTP/1.1" 200 OK'


@pytest.mark.parametrize(
    "line",
    [
        ACCESS,
        '127.0.0.1 - - [01/Jan/2026] "GET /health HTTP/1.1" 204 0',
        "DEBUG: connected",
        "INIT_START Runtime Version: python3.13",
        "REPORT RequestId: 1 Duration: 2.00 ms",
        "[WARNING]\t2026-01-01T00:00:00.000Z\t\tLAMBDA_WARNING: Unhandled exception.",
        json.dumps({"level": "INFO", "message": "order placed"}),
        json.dumps({"level": "info", "message": "order placed"}),
        json.dumps({"type": "platform.report", "record": {"status": "success"}}),
    ],
)
def test_requests_and_information_are_routine(line):
    assert is_routine(line)


@pytest.mark.parametrize(
    "line",
    [
        "Traceback (most recent call last):",
        '  File "/app/orders.py", line 3, in <module>',
        'INFORMATION = "x"',
        '127.0.0.1 - - [01/Jan/2026] "GET /orders HTTP/1.1" 500 0',
        "{not json",
        json.dumps({"level": "ERROR", "message": "no such table"}),
        json.dumps({"message": "without a level"}),
        "",
    ],
)
def test_errors_and_everything_else_are_not(line):
    assert not is_routine(line)


def test_the_error_is_shown_even_where_many_requests_follow_it(tmp_path):
    log = tmp_path / "orders.log"
    log.write_text("\n".join([ACCESS, "no such table", *[ACCESS] * 100]))

    assert failure_lines(log) == ["no such table"]


def test_where_everything_is_routine_the_last_lines_are_shown(tmp_path):
    log = tmp_path / "orders.log"
    log.write_text("\n".join([ACCESS] * 30))

    assert failure_lines(log) == [ACCESS] * 10
