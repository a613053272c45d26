"""What a person sees on the console of the running shop, in a browser."""

import json
import uuid

import pytest
from ledger import without_outbox
from playwright.sync_api import expect
from shop import eventually

from localcloud.ports import HOST, claim
from tests.integration.console.browser import browsing, tab

pytestmark = pytest.mark.integration

LISTS = (
    "/", "/map", "/traces", "/logs", "/dashboards", "/alarms", "/queues", "/tables", "/streams",
    "/deployments", "/policies", "/cloud",
)  # fmt: skip
LONG_MS = 20_000
"""For what a busy machine may take; the page itself is late by a second at most."""


@pytest.fixture(scope="module")
def browser():
    with browsing() as one:
        yield one


@pytest.fixture
def console(shop, browser):
    with tab(browser, f"http://{HOST}:{claim(shop.layout, 'console')}") as one:
        yield one
        assert one.problems == []


@pytest.fixture
def queue_pair(shop):
    """A queue whose messages have all become dead letters, and the dead-letter queue."""
    sqs = shop.aws("sqs")
    names = [f"looked-at-{uuid.uuid4().hex[:6]}", f"given-up-{uuid.uuid4().hex[:6]}"]
    dead = sqs.create_queue(QueueName=names[1])["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 1}
    source = sqs.create_queue(
        QueueName=names[0],
        Attributes={"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "0"},
    )["QueueUrl"]
    for text in ("<b>first</b>", "second"):
        sqs.send_message(QueueUrl=source, MessageBody=text)
    eventually(lambda: not sqs.receive_message(QueueUrl=source).get("Messages"))
    yield names
    for url in (source, dead):
        sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def broken_orders(shop):
    """The orders service without one of its tables, until the test ends."""
    with without_outbox(shop):
        yield


def test_an_error_of_orders_appears_and_its_trace_is_three_clicks_away(
    shop, console, broken_orders
):
    shown = console.open("/")
    shown.evaluate("window.same = true")
    expect(shown.locator("#live-status")).to_have_text("live")

    assert shop.place().status_code == 500

    row = shown.get_by_role("row", name="orders Takes orders")
    expect(row.get_by_role("link", name="errors")).to_be_visible(timeout=LONG_MS)
    expect(shown.locator("#live_errors")).to_contain_text("orders")
    assert shown.evaluate("window.same")  # the page was not loaded again

    row.get_by_role("link", name="errors").click()  # first click: the error lines
    shown.locator("#live_lines").get_by_role("link", name="Trace").first.click()  # second
    expect(shown.locator("svg.waterfall")).to_contain_text("POST /orders")
    shown.get_by_role("region", name="Spans").locator("summary", has_text="POST /orders").click()
    expect(shown.locator("details[open]")).to_contain_text("http.response.status_code: 500")
    assert console.axe() == []


@pytest.mark.parametrize("path", LISTS)
def test_pages_of_the_running_shop_keep_the_rules_of_accessibility(console, path):
    console.open(path)

    assert console.axe() == []


def test_the_map_shows_what_an_order_uses(shop, console):
    shop.wait_for_notification(shop.place("lamp").json()["id"])
    shown = console.open("/map")

    def used(source, target):
        row = shown.locator("tr").filter(
            has=shown.get_by_role("cell", name=source).first, has_text=target
        )
        expect(row.first.locator("td").last).to_have_text("yes", timeout=LONG_MS)

    used("orders", "order-placed")
    used("order-placed", "notifications")
    used("orders", "ledger")


def test_dead_letters_are_looked_at_deleted_and_redriven(shop, console, queue_pair):
    source, dead = queue_pair
    shown = console.open("/queues")
    expect(shown.get_by_role("row", name=dead).first).to_contain_text("2 dead letters")
    shown.get_by_role("rowheader", name=dead).get_by_role("link").click()
    messages = shown.locator("#live_queue tbody tr")

    expect(messages).to_have_count(2)
    receives = messages.first.locator("td").nth(2).inner_text()
    expect(messages.filter(has_text="<b>first</b>")).to_have_count(1)
    shown.reload()
    assert messages.first.locator("td").nth(2).inner_text() == receives  # looking is no receive

    messages.filter(has_text="second").get_by_role("button", name="Delete").click()
    expect(shown.get_by_text("The message is deleted.")).to_be_visible()
    expect(messages).to_have_count(1)

    shown.get_by_role("button", name="Send all of them back").click()
    expect(shown.get_by_text("sent back")).to_be_visible()
    expect(shown.get_by_text("It is empty.")).to_be_visible(timeout=LONG_MS)
    console.open(f"/queues/{source}")
    expect(messages.filter(has_text="<b>first</b>")).to_have_count(1, timeout=LONG_MS)


def test_tables_and_streams_are_looked_into(shop, console):
    kinesis, name = shop.aws("kinesis"), f"seen-{uuid.uuid4().hex[:6]}"
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    kinesis.put_record(StreamName=name, PartitionKey="lamp", Data=b'{"password": "hunter2"}')
    shown = console.open("/tables")

    shown.get_by_role("link", name="catalog-products").click()
    shown.locator("#live_table summary", has_text="lamp").first.click()
    expect(shown.locator("details[open] pre")).to_contain_text('"sku": "lamp"')
    console.open("/streams")
    shown.get_by_role("link", name=name).click()
    expect(shown.locator("#live_stream tbody tr")).to_contain_text("lamp")
    assert "hunter2" not in shown.content()
    kinesis.delete_stream(StreamName=name)


def test_an_alarm_is_rung_by_hand(shop, console):
    name = f"rung-{uuid.uuid4().hex[:6]}"
    cloudwatch = shop.aws("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name, Namespace="Test/Console", MetricName="nothing", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    shown = console.open("/alarms")

    shown.get_by_role("button", name=f"Ring {name}").click()

    expect(shown.get_by_text(f"{name} is ALARM")).to_be_visible()
    expect(shown.get_by_role("row", name=name)).to_contain_text("ALARM")
    expect(shown.locator("li", has_text=name).first).to_be_visible(timeout=LONG_MS)
    cloudwatch.delete_alarms(AlarmNames=[name])


def test_the_deployment_of_the_shop_is_listed(console):
    shown = console.open("/deployments")

    updates = shown.get_by_role("region", name="Updates of the stack").locator("tbody tr")
    expect(updates.first).to_contain_text("succeeded")
    expect(shown.locator("#live_deployments")).to_contain_text("created")
