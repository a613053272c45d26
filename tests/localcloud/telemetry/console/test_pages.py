"""What the pages show."""

import json

import pytest

from tests.localcloud.telemetry.console.described import NOW
from tests.localcloud.telemetry.console.doubles import EVIL

SECRET = "hunter2hunter2"


async def page(console, path, **query):
    answer = await console.get(path, params=query)
    assert answer.status == 200, await answer.text()
    return await answer.text()


async def data(console, path, **query):
    answer = await console.get(path, params=query)
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def test_services_have_state_owner_tier_and_links(console, shop):
    shop.log('{"level": "ERROR", "message": "cannot charge"}')

    found = await data(console, "/index.json")
    text = await page(console, "/")

    orders = next(one for one in found["services"] if one["name"] == "orders")
    assert (orders["state"], orders["owner"], orders["tier"]) == ("ready", "checkout", "critical")
    assert orders["recent_errors"] == 1
    assert "cannot charge" in text
    assert 'href="/logs?service=orders"' in text
    assert 'href="/dashboards/bulkhead-local-orders"' in text
    assert 'href="vscode://file/checkout/services/orders"' in text


async def test_services_that_are_off_say_why(console, shop):
    shop.files["data/off.json"] = {"catalog": "off: needs Oracle"}
    shop.files["data/stopped.json"] = {"services": ["delivery"]}

    text = await page(console, "/")
    cloud = await data(console, "/cloud.json")

    assert "needs Oracle" in text
    assert cloud["off"] == [{"service": "catalog", "reason": "needs Oracle"}]
    assert cloud["stopped"] == ["delivery"]


async def test_nothing_deployed_says_what_to_do(console, shop):
    shop.files.clear()

    for path in ("/", "/cloud"):
        assert "bulkhead up" in await page(console, path)


async def test_the_cloud_has_types_modes_and_reasons(console):
    text = await page(console, "/cloud")

    assert "aws:sqs/queue:Queue" in text
    assert "nothing asks it" in text
    assert "1 MB of 512 MB" in text


async def test_lines_are_found_by_text_level_service_and_ids(console, shop):
    shop.log('{"level": "ERROR", "message": "one", "correlation_id": "c-1", "trace_id": "t1"}')
    shop.log("two", "/aws/lambda/bulkhead-local-catalog")

    async def messages(**query):
        found = await data(console, "/logs.json", **query)
        return [one["text"] for one in found["lines"]]

    assert await messages() == ["two", "one"]
    assert await messages(text="two") == ["two"]
    assert await messages(level="error") == ["one"]
    assert await messages(service="catalog") == ["two"]
    assert await messages(correlation="c-1") == ["one"]
    assert await messages(trace="t1") == ["one"]


@pytest.mark.parametrize(
    ("query", "status"), [("level=LOUD", 400), ("minutes=-1", 400), ("service=unknown", 404)]
)
async def test_a_bad_search_says_what_to_write(console, query, status):
    answer = await console.get(f"/logs.json?{query}")

    assert answer.status == status
    assert (await answer.json())["do"].startswith("Write ")


async def test_a_queue_shows_its_messages_and_where_they_go(console, shop):
    shop.messages.append(message(json.dumps({"order": 7})))

    found = await data(console, "/queues/orders-queue.json")
    text = await page(console, "/queues/orders-dead-letters")

    assert found["dead_letters"] == "orders-dead-letters"
    assert json.loads(found["messages"][0]["body"]) == {"order": 7}
    assert 'action="/queues/orders-dead-letters/redrive"' in text
    assert "orders-queue" in await page(console, "/queues")


async def test_dead_letters_are_redriven(console, shop, own):
    answer = await console.post("/queues/orders-dead-letters/redrive", headers=own)

    assert answer.status == 200
    assert "sent back" in await answer.text()
    assert "sqs StartMessageMoveTask" in [name for name, _ in shop.called]


async def test_tables_show_items(console, shop):
    shop.items.append({"sku": {"S": "hat"}, "left": {"N": "3"}, "tags": {"SS": ["b", "a"]}})

    found = await data(console, "/tables/stock.json")

    assert found["rows"] == [{"sku": "hat", "left": "3", "tags": ["a", "b"]}]
    assert "stock" in await page(console, "/tables")
    assert "hat" in await page(console, "/tables/stock")


async def test_streams_show_records(console, shop):
    shop.records.append({"PartitionKey": "a", "Data": b'{"order": 7}'})

    found = await data(console, "/streams/events.json")

    [record] = found["shards"][0]["records"]
    assert (record["key"], json.loads(record["data"])) == ("a", {"order": 7})
    assert "events" in await page(console, "/streams")
    assert "order" in await page(console, "/streams/events")


@pytest.mark.parametrize(
    "path", ["/nothing", "/queues/unknown", "/queues/a%3Cb", "/tables/unknown", "/streams/unknown"]
)
async def test_what_is_not_there_is_a_page_of_its_own(console, path):
    answer = await console.get(path)
    told = await console.get(f"{path}.json")

    assert answer.status == told.status == 404
    assert "Back to the services" in await answer.text()
    assert (await told.json())["message"]


async def test_a_control_plane_that_is_down_says_what_to_do(console, shop):
    shop.down = True

    answer = await console.get("/queues")

    assert answer.status == 502
    assert "bulkhead status" in await answer.text()


async def test_services_are_shown_while_the_control_plane_is_down(console, shop):
    shop.down = True

    found = await data(console, "/index.json")

    orders = next(one for one in found["services"] if one["name"] == "orders")
    assert orders["state"] == "starting"
    assert "does not answer" in orders["workloads"][0]["detail"]


async def test_a_script_stays_text_everywhere(console, shop):
    shop.log(EVIL)
    shop.log(json.dumps({"level": "ERROR", "message": EVIL, "trace_id": EVIL}))
    shop.messages.append(message(EVIL, attributes={EVIL: EVIL}))
    shop.items.append({"sku": {"S": EVIL}})
    shop.records.append({"PartitionKey": EVIL, "Data": EVIL.encode()})

    for path in ("/", "/logs", "/queues/orders-queue", "/tables/stock", "/streams/events"):
        text = await page(console, path)
        assert EVIL not in text
        assert "&lt;script&gt;" in text


async def test_secrets_are_masked_everywhere(console, shop):
    secret = json.dumps({"password": SECRET, "nested": {"api_key": SECRET}, "user": "ann"})
    shop.log(secret)
    shop.log(f"ERROR connecting to postgres://app:{SECRET}@host/db token={SECRET}")
    shop.messages.append(message(secret, attributes={"authorization": SECRET}))
    shop.items.append({"sku": {"S": "ann"}, "password": {"S": SECRET}})
    shop.records.append({"PartitionKey": "a", "Data": secret.encode()})

    for path in ("/", "/logs", "/queues/orders-queue", "/tables/stock", "/streams/events"):
        json_path = "/index.json" if path == "/" else f"{path}.json"
        for text in (await page(console, path), await page(console, json_path)):
            assert SECRET not in text


def message(body, **changed):
    return {
        "id": "m-1",
        "sent": NOW - 5,
        "receives": 0,
        "state": "visible",
        "group": "",
        "body": body,
        "attributes": {},
        "receipt": "r",
        **changed,
    }
