"""Messages in AWS's event stream encoding, read back by botocore."""

from __future__ import annotations

import json

from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from localcloud.event_stream import Event, encode, frame


def decoded(*messages):
    buffer = EventStreamBuffer()
    buffer.add_data(b"".join(messages))
    return list(buffer)


@given(
    st.dictionaries(st.text(min_size=1, max_size=40), st.text(max_size=200), max_size=5),
    st.binary(max_size=2000),
)
def test_headers_and_payload_of_a_message_are_read_back(headers, payload):
    [message, again] = decoded(frame(headers, payload), frame(headers, payload))

    assert (message.headers, message.payload) == (headers, payload)
    assert again.payload == payload


def test_events_and_exceptions_are_told_apart():
    event, error = decoded(
        encode(Event("sessionStart", {"a": "é"})), encode(Event("X", {}, is_exception=True))
    )

    assert event.headers[":message-type"] == "event"
    assert event.headers[":event-type"] == "sessionStart"
    assert json.loads(event.payload) == {"a": "é"}
    assert error.headers[":message-type"] == "exception"
    assert error.headers[":exception-type"] == "X"
