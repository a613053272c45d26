from __future__ import annotations

import pytest

from localcloud.runtime.event_sources.batch import failed_ids

IDS = {"a", "b"}


@pytest.mark.parametrize(
    "payload",
    [b"", b"null", b"{}", b'""', b'{"batchItemFailures": []}', b'{"batchItemFailures": null}'],
)
def test_a_report_without_failures_is_a_success(payload):
    assert failed_ids(payload, IDS) == set()


def test_a_report_names_the_failed_messages():
    assert failed_ids(b'{"batchItemFailures": [{"itemIdentifier": "b"}]}', IDS) == {"b"}


@pytest.mark.parametrize(
    "payload",
    [
        b"not json",
        b'"text"',
        b'{"batchItemFailures": "b"}',
        b'{"batchItemFailures": ["b"]}',
        b'{"batchItemFailures": [{"itemIdentifier": ""}]}',
        b'{"batchItemFailures": [{"itemIdentifier": null}]}',
        b'{"batchItemFailures": [{"itemIdentifier": "z"}]}',
    ],
)
def test_a_report_that_makes_no_sense_is_a_failure_of_all(payload):
    assert failed_ids(payload, IDS) == IDS
