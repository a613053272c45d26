"""Autonaming: generated names are stable, short enough and configurable."""

from __future__ import annotations

from pulumi.runtime.proto import provider_pb2

QUEUE = "aws:sqs/queue:Queue"


def autonaming(mode: int, name: str = "") -> dict:
    options = provider_pb2.CheckRequest.AutonamingOptions(mode=mode, proposed_name=name)
    return {"autonaming": options}


def test_a_name_is_made_of_the_resources_name_and_the_seed(stage):
    first, _ = stage.check(QUEUE, {}, name="orders", seed=b"one")
    again, _ = stage.check(QUEUE, {}, name="orders", seed=b"one")
    other, _ = stage.check(QUEUE, {}, name="orders", seed=b"two")

    assert first["name"].startswith("orders-")
    assert len(first["name"]) == len("orders-") + 7
    assert first["name"] == again["name"] != other["name"]
    assert "name" in first["__defaults"]


def test_a_made_name_is_kept_and_a_given_one_is_not_a_made_one(stage):
    olds, _ = stage.check(QUEUE, {}, seed=b"one")

    kept, _ = stage.check(QUEUE, {}, olds, seed=b"two")
    given, _ = stage.check(QUEUE, {"name": "mine"}, olds)

    assert kept["name"] == olds["name"]
    assert given["name"] == "mine"
    assert "name" not in given["__defaults"]


def test_names_follow_pulumis_autonaming(stage):
    proposed, _ = stage.check(QUEUE, {"fifoQueue": True}, **autonaming(0, "shop-orders-1a"))
    enforced, _ = stage.check(QUEUE, {}, **autonaming(1, "orders"))
    _, disabled = stage.check(QUEUE, {}, **autonaming(2))

    assert proposed["name"] == "shop-orders-1a.fifo"
    assert enforced["name"] == "orders"
    assert "autonaming is disabled" in disabled["name"]


def test_a_made_name_that_no_longer_fits_is_made_again(stage):
    standard, _ = stage.check(QUEUE, {}, seed=b"one")

    fifo, refused = stage.check(QUEUE, {"fifoQueue": True}, standard, seed=b"two")
    again, refused_again = stage.check(QUEUE, {}, fifo, seed=b"three")

    assert (refused, refused_again) == ({}, {})
    assert fifo["name"].endswith(".fifo")
    assert not again["name"].endswith(".fifo")


def test_a_name_that_is_too_long_for_its_type_is_refused(stage):
    _, failures = stage.check(
        "aws:lb/targetGroup:TargetGroup", {"port": 80}, **autonaming(0, "a" * 33)
    )

    assert "33 characters, and AWS allows 32" in failures["name"]
