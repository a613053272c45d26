"""The archive's objects hold the lines of an order, each once, and none of its own group's."""

import gzip
import time
from collections import Counter

import pytest
from shop import eventually

pytestmark = pytest.mark.integration

ARCHIVED_SECONDS = 180
"""Lines wait for 60 s for others, and are put into the stream a few seconds after they arrive."""

OWN_GROUP = "/aws/kinesisfirehose/"


def groups(shop):
    """Return the names of all log groups."""
    pages = shop.aws("logs").get_paginator("describe_log_groups").paginate()
    return [group["logGroupName"] for page in pages for group in page["logGroups"]]


def lines(shop, text):
    """Return how often each line with *text* is in the log groups."""
    filtered = shop.aws("logs").get_paginator("filter_log_events")
    return Counter(
        event["message"].rstrip("\n")
        for group in groups(shop)
        for page in filtered.paginate(logGroupName=group, filterPattern=f'"{text}"')
        for event in page["events"]
    )


def archived(shop, text):
    """Return how often each line with *text* is in the objects of the archive."""
    s3, bucket = shop.aws("s3"), shop.bucket("log-archive")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="logs/dt=")
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    bodies = (s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys)
    every = (line for body in bodies for line in gzip.decompress(body).decode().splitlines())
    return Counter(line for line in every if text in line)


def put_line(shop, group, stream, message):
    """Put one event."""
    shop.aws("logs").put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": int(time.time() * 1000), "message": message}],
    )


def test_the_archive_has_each_line_of_an_order_once_and_none_of_its_own_group(shop):
    [own] = [name for name in groups(shop) if name.startswith(OWN_GROUP)]
    put_line(shop, own, "delivery", "delivery failed: line-of-the-archive")
    order = shop.place("lamp").json()["id"]
    shop.wait_for_notification(order)

    def complete():
        found = archived(shop, order)
        return found if found == lines(shop, order) else None

    found = eventually(complete, seconds=ARCHIVED_SECONDS, every=2)

    assert [line for line in found if "notification sent" in line]
    assert len(lines(shop, "line-of-the-archive")) == 1
    assert not archived(shop, "line-of-the-archive")


def test_groups_that_no_stack_declares_are_archived_with_the_account(shop):
    logs = shop.aws("logs")
    logs.create_log_group(logGroupName="/of/another/team")
    try:
        logs.create_log_stream(logGroupName="/of/another/team", logStreamName="one")
        put_line(shop, "/of/another/team", "one", "line-of-another-team")

        found = eventually(
            lambda: archived(shop, "line-of-another-team"), seconds=ARCHIVED_SECONDS, every=2
        )

        assert found == {"line-of-another-team": 1}
    finally:
        logs.delete_log_group(logGroupName="/of/another/team")
