"""A process of a service in containers handles the objects of its bucket, even after a kill."""

import time

import pytest

pytestmark = pytest.mark.integration

OBJECTS = 30
WITHIN_SECONDS = 90
DEAD = "ledger-arrivals"


def eventually(condition):
    deadline = time.monotonic() + WITHIN_SECONDS
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


def test_each_object_is_handled_though_the_process_dies_and_an_invalid_one_is_kept(channels):
    s3 = channels.aws("s3")
    [bucket] = [
        one["Name"] for one in s3.list_buckets()["Buckets"] if "ledger-files" in one["Name"]
    ]
    assert channels.counts() is not None  # addresses and token are known before the kill
    keys = {f"in/file {number}+.txt" for number in range(OBJECTS)}

    s3.put_object(Bucket=bucket, Key="in/empty", Body=b"")
    s3.put_object(Bucket=bucket, Key="elsewhere/file", Body=b"x")
    for number, key in enumerate(sorted(keys)):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
        if number == OBJECTS // 2:
            channels.kill_programs("ledger")

    assert eventually(lambda: keys <= channels.counts().keys())
    assert "elsewhere/file" not in channels.counts()
    shown = eventually(lambda: "in/empty" in (told := channels.letters(DEAD)) and told)
    assert "in/empty is empty" in shown

    s3.put_object(Bucket=bucket, Key="in/empty", Body=b"x")
    channels.bulkhead("dead-letters", "send-back", DEAD)

    assert eventually(lambda: "in/empty" in channels.counts())
