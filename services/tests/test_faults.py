"""Faults in a running shop that customers must not notice."""

import json
import os
import signal
import time
import uuid

import psutil
import psycopg
import pytest
import requests
from load import constant_load
from shop import eventually

pytestmark = pytest.mark.integration

SENT = "the message went to the dead letters"


def ledger_secret(shop):
    """Return the ARN of the secret of the orders service's database user."""
    secrets = shop.aws("secretsmanager").list_secrets()["SecretList"]
    [found] = [one["ARN"] for one in secrets if "orders-ledger-user" in one["Name"]]
    return found


def current_user(shop):
    secrets = shop.aws("secretsmanager")
    return json.loads(secrets.get_secret_value(SecretId=ledger_secret(shop))["SecretString"])


def ask_ledger(shop, query, *values):
    user = current_user(shop)
    about = {"host": user["host"], "port": user["port"], "dbname": user["dbname"]}
    with psycopg.connect(user=user["username"], password=user["password"], **about) as connection:
        return connection.execute(query, values).fetchone()


def outbox(shop, order_id):
    """Return the event of an order, and the time of its publication."""
    query = "SELECT envelope, published_at FROM outbox WHERE envelope->'data'->>'order_id' = %s"
    return ask_ledger(shop, query, order_id)


def publish(shop, envelope):
    kind = {"type": {"DataType": "String", "StringValue": "order-placed"}}
    text = json.dumps(envelope)
    shop.aws("sns").publish(TopicArn=shop.topic(), Message=text, MessageAttributes=kind)


def count_logged(shop, words):
    """Return how often the notifications function has logged *words*."""
    name = shop.outputs["services"]["notifications"]["function_name"]
    log = shop.layout.logs / f"{name}.log"
    return log.read_text().count(words) if log.exists() else 0


def scale(shop, process, count):
    about = shop.outputs["services"]["orders"]
    where = {"cluster": about["cluster_arn"], "service": about["service_arns"][process]}
    shop.aws("ecs").update_service(**where, desiredCount=count)


def runs(process):
    """Return whether a process runs; a zombie does not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_poison_event_alone_goes_to_the_dead_letters_at_once_with_the_reason(shop):
    sqs, dead_letters = shop.aws("sqs"), shop.queue("notifications-order-placed-dead-letters")
    sent, poison = count_logged(shop, SENT), {"poison": str(uuid.uuid4())}

    placed = [shop.place().json()["id"] for _ in range(3)]
    publish(shop, poison)
    placed += [shop.place().json()["id"] for _ in range(3)]

    def dead_letter():
        found = sqs.receive_message(
            QueueUrl=dead_letters, WaitTimeSeconds=1, MessageAttributeNames=["All"]
        )
        return found.get("Messages")

    for order_id in placed:
        assert len(shop.wait_for_notification(order_id)["notifications"]) == 1
    [message] = eventually(dead_letter, seconds=60)
    assert poison["poison"] in message["Body"]
    assert "specversion" in message["MessageAttributes"]["reason"]["StringValue"]
    assert count_logged(shop, SENT) - sent == 1
    sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=message["ReceiptHandle"])


def test_the_same_event_twice_is_one_notification(shop):
    order_id = shop.place().json()["id"]
    shop.wait_for_notification(order_id)
    envelope, _ = outbox(shop, order_id)
    before = count_logged(shop, "notification was sent before")

    publish(shop, envelope)

    eventually(lambda: count_logged(shop, "notification was sent before") == before + 1)
    assert len(shop.notification(order_id).json()["notifications"]) == 1


def test_an_event_arrives_though_orders_was_killed_between_commit_and_publish(shop):
    scale(shop, "relay", 0)
    eventually(lambda: not shop.tasks("relay"), seconds=30)
    order_id = shop.place().json()["id"]

    for task in shop.tasks():
        task.kill()
    _, published = outbox(shop, order_id)
    kept_back = shop.notification(order_id).json()["notifications"]
    scale(shop, "relay", 1)

    assert (published, kept_back) == (None, [])
    assert len(shop.wait_for_notification(order_id, 60)["notifications"]) == 1
    eventually(lambda: outbox(shop, order_id)[1])
    eventually(lambda: shop.order(order_id).status_code == requests.codes.ok, seconds=30)


def test_no_request_fails_while_the_password_of_the_database_is_rotated_twice(shop):
    secrets, seen = shop.aws("secretsmanager"), [current_user(shop)["password"]]

    def is_new():
        return current_user(shop)["password"] not in seen

    with constant_load(shop) as load:
        for _ in range(
            2
        ):  # of two alternating users: the second rotation invalidates the first password
            secrets.rotate_secret(SecretId=ledger_secret(shop))
            eventually(is_new, seconds=60)
            seen.append(current_user(shop)["password"])
            enough = load.answered + 250
            eventually(lambda least=enough: load.answered >= least, seconds=60)

    assert load.failed == []
    assert outbox(shop, load.placed[-1])


@pytest.mark.parametrize("fault", [signal.SIGSTOP, signal.SIGKILL])
def test_no_request_fails_while_the_cache_hangs_or_is_gone(shop, fault):
    processes = shop.status()["processes"]
    [pid] = [one["pid"] for one in processes if one["name"].startswith("valkey")]
    cache = psutil.Process(pid)
    seen = []

    with shop.under_load(customers=5) as placed:
        os.kill(pid, fault)
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            seen.append(shop.item("lamp").status_code)
        if fault == signal.SIGSTOP:
            cache.resume()
        enough = len(placed) + 20
        eventually(lambda: len(placed) >= enough, seconds=30)

    assert set(seen) == {requests.codes.ok}
    assert shop.order(placed[-1]).status_code == requests.codes.ok


def test_no_request_fails_while_the_tasks_are_replaced_by_a_changed_service(
    shop, checkout, as_it_was
):
    before = {task.pid for task in shop.tasks()}
    checkout.edit("services/orders/orders/app.py", 'title="orders"', 'title="Orders"')

    with shop.under_load(customers=2) as placed:
        shop.bulkhead("up", root=checkout.root)
        after = {task.pid for task in shop.tasks()}

    assert len(before) == len(after) == 2
    assert not before & after
    assert shop.order(placed[0]).status_code == shop.order(placed[-1]).status_code == 200


def test_down_leaves_no_process_and_no_port_and_up_finds_the_data(shop):
    order = shop.place().json()
    ids = {one["urn"]: one.get("id") for one in shop.state()}
    ports = json.loads(shop.layout.ports.read_text()).values()
    supervisor = psutil.Process(shop.status_of_supervisor()["pid"])
    family = [supervisor, *supervisor.children(recursive=True)]

    shop.bulkhead("down")
    left = [one for one in family if runs(one)]
    strays = shop.processes()
    listening = {one.laddr.port for one in psutil.net_connections("tcp") if one.status == "LISTEN"}
    status = shop.bulkhead("status", check=False)
    again = shop.bulkhead("up")

    assert (left, strays, listening & set(ports)) == ([], [], set())
    assert status.returncode == 1
    assert "bulkhead up" in status.stdout
    assert "unchanged" in again.stderr
    assert {one["urn"]: one.get("id") for one in shop.state()} == ids
    assert shop.order(order["id"]).json() == order
    assert shop.wait_for_notification(order["id"])
