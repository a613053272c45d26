"""The orders service in processes, with a real PostgreSQL, an emulated AWS and a fake catalogue."""

import json
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import psycopg
import pytest
from fake_catalogue import Catalogue
from moto.server import ThreadedMotoServer
from psycopg import sql

from localcloud import ports
from localcloud.engines.databases import Databases
from localcloud.engines.servers import Servers
from localcloud.layout import Layout

ROLES = dict.fromkeys(("POST /orders", "GET /orders/{id}", "GET /orders/{id}/delivery"), "customer")


@pytest.fixture(scope="session")
def catalogue():
    made = Catalogue()
    yield made
    made.server.shutdown()
    made.server.server_close()


@dataclass
class World:
    """The environment of the orders service: database, queue, catalogue and variables."""

    environment: dict[str, str]
    python: str
    directory: str
    catalogue: object
    database: dict[str, object]
    clients: dict[str, object]
    user: str
    secret_arn: str
    queue_url: str
    logs: Path
    processes: list[subprocess.Popen] = field(default_factory=list)

    def start(self, module, **environment):
        """Start `python -m <module>`, like the task definition."""
        log = (self.logs / f"{module}-{len(self.processes)}.log").open("w+")
        process = subprocess.Popen(
            [self.python, "-m", module],
            cwd=self.directory,
            env={**self.environment, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        process.log = Path(log.name)
        log.close()
        self.processes.append(process)
        return process

    def run(self, module, **environment):
        """Run a module until it exits; return its exit code and its log."""
        process = self.start(module, **environment)
        code = process.wait(timeout=30)
        return code, process.log.read_text()

    def serve(self, call):
        """Start the service on a free port; return its process and URL."""
        port = free_port()
        process = self.start("orders", HOST=ports.HOST, PORT=str(port))
        url = f"http://{ports.HOST}:{port}"
        wait_for(lambda: answers(call, url), process)
        return process, url

    def connect(self):
        return psycopg.connect(**self.database, autocommit=True)

    def rows(self, query, *values):
        with self.connect() as connection:
            return connection.execute(query, values).fetchall()

    def set_password(self, password, *, in_secret):
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(self.user), sql.Literal(password)))
        if in_secret:
            self.put_secret(password=password)

    def put_secret(self, **content):
        self.clients["secretsmanager"].put_secret_value(
            SecretId=self.secret_arn, SecretString=json.dumps({"username": self.user, **content})
        )

    def messages(self):
        """Receive the messages of the queue that subscribes to the topic."""
        found = self.clients["sqs"].receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10)
        taken = found.get("Messages", [])
        for message in taken:
            self.clients["sqs"].delete_message(
                QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"]
            )
        return [json.loads(message["Body"]) for message in taken]


def free_port():
    with socket.socket() as probe:
        probe.bind((ports.HOST, 0))
        return probe.getsockname()[1]


def answers(call, url):
    try:
        return call("GET", f"{url}/health")[0] == 200
    except OSError:
        return False


def wait_for(condition, process=None, seconds=15):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        log = process.log.read_text() if process else ""
        assert process is None or process.poll() is None, log
        assert time.monotonic() < deadline, f"nothing happened in {seconds} s\n{log}"
        time.sleep(0.02)
    return found


@pytest.fixture(name="wait_for")
def _wait_for():
    return wait_for


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    databases = Databases(Layout(tmp_path_factory.mktemp("postgres")), start_here=True)
    endpoint = databases.create(
        "orders", master_username="master", master_password="m", database_name="postgres"
    )
    yield endpoint
    databases.stop()


@pytest.fixture(scope="session")
def prices(tmp_path_factory):
    """A Valkey server like that of the local environment; its only user is `prices`."""
    servers = Servers(Layout(tmp_path_factory.mktemp("valkey")), start_here=True)
    users = {"prices": "on nopass ~* &* +@all -@admin -@dangerous"}
    yield servers.create("valkey", "prices", {"cluster": True, "users": users})
    servers.stop()


@pytest.fixture(scope="session")
def aws():
    server = ThreadedMotoServer(ip_address=ports.HOST, port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def clients(aws):
    access = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return {
        service: boto3.client(service, region_name="eu-west-1", endpoint_url=aws, **access)
        for service in ("secretsmanager", "sns", "sqs")
    }


@pytest.fixture(scope="module")
def name(request):
    """A name for the resources of this test module."""
    return request.module.__name__.rsplit(".", 1)[-1].removeprefix("test_")


@pytest.fixture(scope="module")
def database(cluster, name):
    """A database owned by the user of the same name; tests connect as the master user."""
    login = {"host": cluster.host, "port": cluster.port, "user": "master", "password": "m"}
    with psycopg.connect(**login, dbname="postgres", autocommit=True) as connection:
        for statement in (
            "CREATE ROLE {} LOGIN PASSWORD 'first'",
            "GRANT {} TO master WITH INHERIT TRUE, SET TRUE",
            "CREATE DATABASE {0} OWNER {0}",
        ):
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
    return {**login, "dbname": name}


@pytest.fixture(scope="module")
def queue(clients, name):
    """A topic and a queue that subscribes to it."""
    topic = clients["sns"].create_topic(Name=name)["TopicArn"]
    url = clients["sqs"].create_queue(QueueName=name)["QueueUrl"]
    about = clients["sqs"].get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    clients["sns"].subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=about["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )
    return topic, url


@pytest.fixture(scope="module")
def image(built, artifacts):
    """Folder and interpreter of the built image."""
    digest = built["images"]["orders"]["digest"].removeprefix("sha256:")
    return json.loads((artifacts / "images" / digest / "image.json").read_text())


@pytest.fixture(scope="module")
def world(image, clients, name, database, queue, catalogue, prices, tmp_path_factory):  # noqa: PLR0913, PLR0917 - fixtures
    """A database, a secret, a topic and a queue for this test module."""
    content = json.dumps({"username": name, "password": "first"})
    secret = clients["secretsmanager"].create_secret(Name=name, SecretString=content)
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    made = World(
        environment={
            **{variable: os.environ[variable] for variable in kept if variable in os.environ},
            "AWS_ENDPOINT_URL": clients["sns"].meta.endpoint_url,
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "LEDGER_HOST": database["host"],
            "LEDGER_PORT": str(database["port"]),
            "LEDGER_NAME": name,
            "LEDGER_USER": name,
            "LEDGER_SSLMODE": "disable",
            "LEDGER_SECRET_ARN": secret["ARN"],
            "PRICES_HOST": prices.host,
            "PRICES_PORT": str(prices.port),
            "PRICES_TLS": "false",
            "PRICES_CLUSTER": "true",
            "PRICES_AUTH": "iam",
            "PRICES_ARN": "arn:aws:elasticache:eu-west-1:000000000000:serverlesscache:prices",
            "PRICES_USER": "prices",
            "ORDER_PLACED_TOPIC_ARN": queue[0],
            "CATALOG_URL": catalogue.url,
            "DELIVERY_URL": catalogue.url,
            "ROUTE_ROLES": json.dumps(ROLES),
            "SERVICE_NAME": "orders",
            "MIGRATIONS_DIRECTORY": "migrations",
        },
        python=image["python"],
        directory=image["directory"],
        catalogue=catalogue,
        database=database,
        clients=clients,
        user=name,
        secret_arn=secret["ARN"],
        queue_url=queue[1],
        logs=tmp_path_factory.mktemp("logs"),
    )
    yield made
    for process in made.processes:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def migrated(world):
    code, log = world.run("orders.migrate")
    assert code == 0, log
    return world


@pytest.fixture(scope="module")
def shop(migrated, call):
    """The URL of a running service."""
    _, url = migrated.serve(call)
    return url


@pytest.fixture
def order(call, token):
    """Place an order as a customer."""

    def place(shop, *lines, key=None, subject="ada", **body):
        headers = {"authorization": f"Bearer {token('customer', subject=subject)}"}
        if key:
            headers["idempotency-key"] = key
        sent = {
            "customer": "Ada",
            "lines": [{"sku": s, "quantity": q} for s, q in lines or [("lamp", 2)]],
            **body,
        }
        return call("POST", f"{shop}/orders", sent, headers)

    return place
