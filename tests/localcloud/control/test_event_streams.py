"""Responses of the telemetry process that are passed on while they arrive."""

from __future__ import annotations

import threading

import urllib3
from botocore.eventstream import EventStreamBuffer

from localcloud.control.event_streams import EventStream


class Answer:
    """A response of two pieces, after which its sender is gone."""

    closed = False

    def stream(self):
        yield b"one"
        yield b"two"
        raise urllib3.exceptions.ProtocolError("Connection broken")

    def close(self):
        self.closed = True


def test_a_stream_whose_sender_is_gone_ends_with_an_exception():
    *pieces, last = EventStream(Answer(), threading.Event())
    buffer = EventStreamBuffer()
    buffer.add_data(last)

    assert pieces == [b"one", b"two"]
    assert next(buffer).headers[":exception-type"] == "SessionStreamingException"


def test_a_stream_ends_when_this_process_does():
    closing = threading.Event()
    closing.set()

    assert list(EventStream(Answer(), closing)) == [b"one"]


def test_a_client_that_goes_ends_the_session():
    answer = Answer()

    EventStream(answer, threading.Event()).close()

    assert answer.closed
