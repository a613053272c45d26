"""Changes of items and objects, as a function receives them."""

import json
from decimal import Decimal

import pytest

STREAM = "arn:aws:dynamodb:eu-west-1:1:table/stock/stream/2026-01-01T00:00:00.000"
QUEUE = "arn:aws:sqs:eu-west-1:1:catalog-price-lists"
TEST = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}


@pytest.fixture
def changes(kit, monkeypatch):
    monkeypatch.setenv("SERVICE_NAME", "inventory")
    return kit("changes")


def record(number, new=None, old=None, **more):
    name = "REMOVE" if new is None else "MODIFY" if old else "INSERT"
    images = {"NewImage": new, "OldImage": old}
    about = {
        "SequenceNumber": str(number),
        "Keys": {"sku": {"S": "lamp"}},
        "ApproximateCreationDateTime": 1767225600.0,
        **{key: image for key, image in images.items() if image},
    }
    more |= {"eventName": name, "eventSource": "aws:dynamodb", "eventSourceARN": STREAM}
    return {"dynamodb": about, **more}


def item(stock, version=1):
    return {"sku": {"S": "lamp"}, "stock": {"N": str(stock)}, "version": {"N": str(version)}}


def notified(*keys, name="ObjectCreated:Put"):
    records = [
        {
            "eventSource": "aws:s3",
            "eventName": name,
            "s3": {"bucket": {"name": "b"}, "object": {"key": key, "sequencer": "1"}},
        }
        for key in keys
    ]
    return {"Records": records}


def message(number, body):
    text = body if isinstance(body, str) else json.dumps(body)
    about = {"eventSource": "aws:sqs", "eventSourceARN": QUEUE}
    return {"messageId": f"m-{number}", "body": text, **about}


def batch(*bodies):
    return {"Records": [message(number, body) for number, body in enumerate(bodies)]}


@pytest.mark.parametrize(
    ("event", "table", "bucket"),
    [
        ({"Records": [record(1, item(1))]}, True, False),
        (batch(notified("in/a")), False, True),
        (batch(TEST), False, True),
        (batch({"specversion": "1.0"}), False, False),
        (batch("not JSON"), False, False),
        ({"routeKey": "GET /x"}, False, False),
    ],
)
def test_a_handler_tells_its_sources_apart(changes, event, table, bucket):
    assert (changes.of_table(event), changes.of_bucket(event)) == (table, bucket)


def test_a_change_has_its_images_and_says_whether_the_item_expired(changes):
    by = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}

    made = changes.item_change(record(1, item(5)))
    gone = changes.item_change(record(2, None, item(5), userIdentity=by))

    assert (made.table, made.kind, made.key) == ("stock", "INSERT", {"sku": "lamp"})
    assert made.new == {"sku": "lamp", "stock": Decimal(5), "version": Decimal(1)}
    assert (gone.kind, gone.new, gone.expired) == ("REMOVE", None, True)
    assert made.id != gone.id
    assert made.id == changes.item_change(record(1, item(5))).id


def test_records_are_handled_in_order_up_to_the_first_failure(changes):
    handled = []

    def handle(change):
        if change.new["stock"] == 2:
            raise RuntimeError("poison")
        handled.append(int(change.new["stock"]))

    answer = changes.handle_items({"Records": [record(n, item(n)) for n in (1, 2, 3)]}, handle)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert handled == [1]


def test_a_repeated_record_publishes_an_event_with_the_same_id(changes, monkeypatch):
    sent = []
    publish = lambda envelope: sent.append((envelope["type"], envelope))  # noqa: E731
    monkeypatch.setattr(changes.publishers, "publish", publish)

    def announce(change):
        data = {"sku": "lamp", "stock": int(change.new["stock"])}
        version = int(change.new["version"])
        found = {"type": "stock-told", "subject": "inventory/lamp", "data": data}
        return changes.Announcement(**found, version=version) if data["stock"] else None

    again = {"Records": [record(1, item(0)), record(2, item(4, 7)), record(3, item(3, 8))]}
    for _ in range(2):
        changes.handle_items(again, changes.publisher(announce))

    ids = [envelope["id"] for _, envelope in sent]
    assert ids == [*ids[:2], *ids[:2]]
    assert len(set(ids)) == 2
    first = sent[0][1]
    assert (first["type"], first["source"], first["subject"]) == (
        "stock-told",
        "inventory",
        "inventory/lamp",
    )
    assert (first["sequence"], first["time"]) == (f"{7:020}", "2026-01-01T00:00:00.000Z")


def test_messages_about_objects_fail_alone_and_the_test_event_is_skipped(changes):
    seen = []

    def handle(change):
        if change.key == "in/bad":
            raise RuntimeError("try again")
        seen.append((change.key, change.created))

    answer = changes.handle_objects(
        batch(
            TEST,
            notified("in/a+b%C3%BC"),
            notified("in/bad"),
            notified("in/c", name="ObjectRemoved:DeleteMarkerCreated"),
            {"Records": []},
        ),
        handle,
    )

    assert seen == [("in/a bü", True), ("in/c", False)]
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["m-2", "m-4"]


def test_an_object_that_can_never_be_handled_goes_to_the_dead_letters(changes, monkeypatch):
    sent = []
    monkeypatch.setattr(changes.dead_letters, "send", lambda *letter: sent.append(letter))
    monkeypatch.setenv("PRICE_LISTS_QUEUE_URL", f"http://sqs/1/{QUEUE.rsplit(':', 1)[-1]}")
    monkeypatch.setenv("PRICE_LISTS_DEAD_LETTERS_URL", "http://sqs/1/dead")

    def refuse(_change):
        raise changes.InvalidObjectError("not a CSV file")

    answer = changes.handle_objects(batch(notified("in/a")), refuse)

    assert answer == {"batchItemFailures": []}
    assert sent == [("http://sqs/1/dead", json.dumps(notified("in/a")), "not a CSV file")]
