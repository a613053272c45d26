"""The inbox against a model: duplicates, events out of order, and crashes before the commit."""

import itertools

import boto3
import pytest
from hypothesis import given
from hypothesis import settings as run
from inbox_model import Event, deliveries, expected


@pytest.fixture
def inbox(kit):
    return kit("inbox")


@pytest.fixture
def tables(aws):
    """Create an empty inbox and a table for the effects."""
    database = boto3.resource("dynamodb")

    def create(name):
        return database.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )

    return create


def effect(table, position, event, *, crashes=False):
    """An effect that fails, like a consumer that dies, if it *crashes*."""
    put = {"TableName": table, "Item": {"id": str(position), "event": event.id}}
    if crashes:
        put["ConditionExpression"] = "attribute_exists(id)"
    return {"Put": put}


@pytest.mark.parametrize("latest_only", [False, True])
def test_each_event_has_its_effect_once_in_dynamodb(inbox, tables, latest_only):
    rounds = itertools.count()

    @run(max_examples=12, deadline=None)
    @given(deliveries)
    def check(delivered):
        round_ = next(rounds)
        made = inbox.Inbox(tables(f"inbox-{round_}"))
        effects = tables(f"effects-{round_}")
        canceled = made.table.meta.client.exceptions.TransactionCanceledException
        for position, (event, crashes) in enumerate(delivered):
            written = effect(effects.name, position, event, crashes=crashes)
            try:
                made.write(event, written, latest_only=latest_only)
            except canceled:
                assert crashes

        items = sorted(effects.scan()["Items"], key=lambda item: int(item["id"]))

        wanted = expected(delivered, latest_only=latest_only)
        assert [item["event"] for item in items] == [event.id for event in wanted]

    check()


def test_an_event_without_a_sequence_cannot_be_compared(inbox, tables, monkeypatch):
    made = inbox.Inbox(tables("inbox"))
    monkeypatch.setenv("STOCK_CHANGED_LATEST_ONLY", "true")  # as service.yaml says

    with pytest.raises(inbox.NoSequenceError, match="a-0 of type stock-changed has no sequence"):
        made.write(Event("a", 0))
