"""Limits of publishing, without a channel; tests/localcloud/kit has the channels."""

import pytest


def test_large_events_are_sent_in_several_calls(kit):
    publishers = kit("publishers")
    large = {"id": "e-1", "data": {"text": "x" * 100_000}}
    sent = [publishers.Message(index, "topic", "book-lent", large) for index in range(5)]

    assert [len(chunk) for chunk in publishers._chunks(sent)] == [2, 2, 1]
    assert [len(chunk) for chunk in publishers._chunks([sent[0]._replace(envelope={})] * 12)] == [
        10,
        2,
    ]


def test_a_service_without_publications_is_told_what_to_write(kit):
    publishers = kit("publishers")

    with pytest.raises(publishers.settings.SettingError, match=r"under publishes in service\.yaml"):
        publishers.Publisher.from_environment()
