"""A consumer in a container that is killed loses no event, and no event has its effect twice."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time

import psycopg
import pytest
from kit import inbox

from localcloud.clients import endpoint
from localcloud.engines.databases import Databases
from localcloud.layout import ROOT, Layout
from tests.localcloud.aws.control_process import ControlProcess

EVENTS, POISON = 1000, 5
PROGRAM = """
    import os
    from psycopg_pool import AsyncConnectionPool
    from kit import inbox

    pool = AsyncConnectionPool(
        os.environ["DATABASE"], open=False, min_size=2, max_size=10, kwargs={"autocommit": True}
    )

    async def handle(event):
        await pool.open()
        async with pool.connection() as connection, inbox.once(connection, event) as new:
            if new:
                await connection.execute("INSERT INTO effects VALUES (%s)", [event.data["number"]])
"""


@pytest.fixture
def cloud(tmp_path):
    process = ControlProcess(tmp_path / "cloud")
    process.start()
    yield process
    process.stop()


@pytest.fixture
def database(tmp_path):
    """The address of a database with an inbox and a table of effects."""
    databases = Databases(Layout(tmp_path / "postgresql"), start_here=True)
    server = databases.create(
        "ledger", master_username="master", master_password="m", database_name="ledger"
    )
    address = f"postgresql://master:m@{server.host}:{server.port}/ledger"
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in re.findall(
            r"^    (CREATE .*?;)$", inbox.__doc__, re.DOTALL | re.MULTILINE
        ):
            connection.execute(statement)
        connection.execute("CREATE TABLE effects (number integer NOT NULL)")
    yield address
    databases.stop()


@pytest.fixture
def queues(cloud):
    """The URL of a queue, and of its dead letters."""
    sqs = cloud.client("sqs")
    dead = sqs.create_queue(QueueName="placed-dead-letters")["QueueUrl"]
    about = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = {"deadLetterTargetArn": about["QueueArn"], "maxReceiveCount": 20}
    attributes = {"VisibilityTimeout": "2", "RedrivePolicy": json.dumps(policy)}
    return sqs.create_queue(QueueName="placed-queue", Attributes=attributes)["QueueUrl"], dead


@pytest.fixture
def start(cloud, database, queues, tmp_path):
    """Start the consumer as its task does."""
    (tmp_path / "worker.py").write_text(textwrap.dedent(PROGRAM))
    log = (tmp_path / "consumer.log").open("w")
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT / 'services'}",
        "AWS_ENDPOINT_URL": endpoint(cloud.layout),
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "SERVICE_NAME": "ledger",
        "DATABASE": database,
        "ORDER_PLACED_QUEUE_URL": queues[0],
        "ORDER_PLACED_DEAD_LETTERS_URL": queues[1],
    }
    running = []

    def run():
        command = [sys.executable, "-m", "kit.consumer", "worker:handle"]
        running.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait()
    log.close()


def messages():
    for number in range(EVENTS):
        yield json.dumps({
            "specversion": "1.0",
            "id": str(number),
            "source": "orders",
            "type": "order-placed",
            "subject": f"orders/{number}",
            "time": "2026-01-01T00:00:00Z",
            "data": {"number": number},
        })  # fmt: skip
        if number % (EVENTS // POISON) == 0:
            yield f'{{"poison":{number}'


def count(sqs, url):
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return sum(int(found[name]) for name in names)


def letters(sqs, url):
    """Return the dead letters; a consumer that was killed may have sent one of them twice."""
    found = []
    while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in received]
    return set(found)


def wait_until(condition, seconds=40):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.timeout(150)
def test_every_event_has_its_effect_once_and_poison_harms_no_other(cloud, database, queues, start):
    sqs = cloud.client("sqs")
    bodies = list(messages())
    for first in range(0, len(bodies), 10):
        entries = [
            {"Id": str(index), "MessageBody": body}
            for index, body in enumerate(bodies[first : first + 10])
        ]
        sqs.send_message_batch(QueueUrl=queues[0], Entries=entries)

    with psycopg.connect(database, autocommit=True) as connection:

        def effects():
            return connection.execute("SELECT count(*) FROM effects").fetchone()[0]

        for share in (0.2, 0.4, 0.6):
            consumer = start()
            wait_until(lambda share=share: effects() >= share * EVENTS)
            consumer.kill()  # no signal handler runs
        cloud.restart_after_kill()
        consumer = start()
        wait_until(lambda: effects() >= 0.8 * EVENTS)
        consumer.send_signal(signal.SIGTERM)
        assert consumer.wait(30) == 0
        start()
        wait_until(lambda: count(sqs, queues[0]) == 0)

        found = connection.execute("SELECT number FROM effects ORDER BY number").fetchall()
    assert [number for (number,) in found] == list(range(EVENTS))
    assert letters(sqs, queues[1]) == {body for body in bodies if "poison" in body}
