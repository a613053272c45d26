from __future__ import annotations

import pytest

from localcloud.runtime.functions.runtime_api import Connection


class Runtime:
    def __init__(self):
        self.heard = []

    def on_next(self, connection):
        self.heard.append("next")
        connection.send(200, {"Lambda-Runtime-Aws-Request-Id": "1"}, b"{}")

    def on_result(self, request_id, body, *, failed):
        self.heard.append((request_id, body, failed))
        return 202

    def on_init_error(self, body):
        self.heard.append(("init", body))


class Transport:
    def __init__(self):
        self.written = []

    def write(self, data):
        self.written.append(data)


@pytest.fixture
def connection():
    made = Connection(Runtime())
    made._transport = Transport()
    return made


PREFIX = b"POST /2018-06-01/runtime/"
HTTP = b" HTTP/1.1\r\nHost: 127.0.0.1:1\r\n"
NEXT = b"GET /2018-06-01/runtime/invocation/next" + HTTP


def test_an_answer_is_one_write(connection):
    connection.data_received(NEXT + b"\r\n")

    (answer,) = connection._transport.written
    assert answer.startswith(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")
    assert answer.endswith(b"\r\n\r\n{}")


def test_a_request_may_come_in_any_pieces(connection):
    request = PREFIX + b"invocation/7/response" + HTTP + b"Content-Length: 4\r\n\r\nbody"

    for byte in request:
        connection.data_received(bytes([byte]))

    assert connection._runtime.heard == [("7", b"body", False)]


def test_requests_may_come_together(connection):
    one = PREFIX + b"invocation/7/error" + HTTP + b"Content-Length: 1\r\n\r\nx"

    connection.data_received(one + one)

    assert connection._runtime.heard == [("7", b"x", True)] * 2


def test_a_body_may_be_sent_in_chunks(connection):
    head = PREFIX + b"init/error" + HTTP + b"Transfer-Encoding: chunked\r\n\r\n"

    connection.data_received(head + b"3\r\nabc\r\n")
    connection.data_received(b"2;x=y\r\nde\r\n0\r\n\r\n")

    assert connection._runtime.heard == [("init", b"abcde")]


def test_an_unknown_path_is_not_found(connection):
    connection.data_received(b"GET /elsewhere" + HTTP + b"\r\n")

    assert connection._transport.written[0].startswith(b"HTTP/1.1 404")


def test_a_page_of_the_web_gets_no_work(connection):
    connection.data_received(NEXT + b"Origin: https://elsewhere.example\r\n\r\n")

    assert connection._transport.written[0].startswith(b"HTTP/1.1 403 Forbidden")
    assert connection._runtime.heard == []
