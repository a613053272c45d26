"""What access logs promise about their lines."""

from __future__ import annotations

from localcloud.runtime.frontdoor.gateway.access_log import AccessLogs, format_line
from localcloud.runtime.log_sender import LogSender


async def test_lines_have_one_stream_of_their_group():
    sent = []

    async def put(stream, events, _token):
        sent.append((stream, [one["message"] for one in events]))

    sender = LogSender(put)
    logs = AccessLogs(sender)
    logs.add("/api/shop", "a")
    logs.add("/api/shop", "b")

    await sender.flush()

    [(stream, messages)] = sent
    assert (stream.group, messages) == ("/api/shop", ["a", "b"])
    assert stream.name.startswith("frontdoor/")


def test_unknown_variables_are_a_dash():
    assert format_line("$context.status $context.odd.", {"status": 200}) == "200 -."
