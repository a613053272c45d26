"""What a team is told about its service.yaml."""

import copy
from pathlib import Path

import pytest
import yaml

from spec.catalogue import load_service
from tests.spec.descriptions import CONTAINER, DATABASE, FUNCTION, WORKER, faults, read

SERVICES = Path(__file__).resolve().parents[1] / "fixtures" / "services"


def changed(base, path, value):
    spec = copy.deepcopy(base)
    *parents, last = path.split(".")
    inner = spec
    for part in parents:
        inner = inner.setdefault(part, {})
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return spec


@pytest.mark.parametrize("name", ["books", "fines", "loans", "reminders"])
def test_each_service_of_the_tests_can_be_read(name):
    assert load_service(SERVICES / name / "service.yaml").name == name


def test_a_tier_picks_the_objectives_that_are_not_written(tmp_path):
    spec = read(tmp_path, yaml.safe_dump({**FUNCTION, "tier": "critical"}))

    assert spec.objectives.availability == 99.9


def test_all_faults_are_told_at_once_with_their_lines(tmp_path):
    text = (
        "name: parcels\n"
        "description: 5\n"
        "tier: urgent\n"
        "compute:\n"
        "  kind: lambda\n"
        "  memory: 512\n"
        "routes:\n"
        "  - {path: parcels, methods: [GET], auth: customer}\n"
    )

    assert faults(tmp_path, text) == [
        "1: owner: found no such field; add 'owner: <Team that owns the service>'",
        '2: description: found 5, which YAML reads as a number; write it in quotes: "5"',
        "3: tier: found \"urgent\"; write one of 'critical', 'standard' or 'internal'",
        "6: compute.memory: found an unknown field; write 'memory_mib', or remove it",
        (
            "8: routes[0].path: found \"parcels\"; write a path as '/orders/{id}': segments,"
            " each a word or a {name}"
        ),
    ]


@pytest.mark.parametrize(
    ("base", "path", "value", "message"),
    [
        (FUNCTION, "name", "Parcels", "write lower-case letters and digits, words of them"),
        (FUNCTION, "owner", "a--b", "words of them joined by '-'"),
        (FUNCTION, "owner", "a-", "words of them joined by '-'"),
        (FUNCTION, "owner", "a" * 31, "write at most 30 characters"),
        (FUNCTION, "description", "Sends \u2013 parcels.", "write Latin-1 characters"),
        (FUNCTION, "description", "a" * 257, "write at most 256 characters"),
        (FUNCTION, "name", "letters", "write the folder's name: parcels"),
        (FUNCTION, "owner", None, "add 'owner: <Team that owns the service>'"),
        (FUNCTION, "zebra", "striped", "remove it; the fields here are name, description"),
        (FUNCTION, "routs", [], "write 'routes', or remove it"),
        (FUNCTION, "compute.kind", "vm", 'compute.kind: found "vm"; write one of fargate, lambda'),
        (FUNCTION, "stores.kept", {"kind": "dynamo"}, 'found "dynamo"; write dynamodb, or one of'),
        (FUNCTION, "compute.kind", None, "add 'kind: <what it is>'"),
        (FUNCTION, "compute", "lambda", "write fields as 'name: value'"),
        (FUNCTION, "compute.memory_mib", 64, "write a number of at least 128"),
        (FUNCTION, "compute.memory_mib", "lots", "write a whole number"),
        (FUNCTION, "compute.timeout_seconds", 901, "write a number of at most 900"),
        (FUNCTION, "compute.handler", "main", "write module and function as 'handler.handler'"),
        (FUNCTION, "processes.relay.command", ["x"], "remove processes, or write compute.kind"),
        (FUNCTION, "migrations.command", ["x"], "remove migrations, or write compute.kind"),
        (FUNCTION, "objectives", {"availability": 99.9995, "p99_ms": 1}, "at most 99.999"),
        (FUNCTION, "publishes", ["sent", "sent"], "write each name once"),
        (FUNCTION, "publishes", "sent", "write a list of events, or fields as"),
        (FUNCTION, "publishes", [{"sent": {}}], "write a list of events, or fields as"),
        (FUNCTION, "publishes.sent.channel", "topik", 'channel: found "topik"; write topic, or'),
        (FUNCTION, "publishes.sent.channel", {"kind": "buss"}, "write bus, or one of bus, stream"),
        (FUNCTION, "publishes.sent.channel", "kafka", "topic: MSK is not supported"),
        (FUNCTION, "publishes.sent.channel", ["bus", "bus"], "write each kind of channel once"),
        (FUNCTION, "publishes.sent.channel", ["bus", "topic", "stream"], "write at most 2"),
        (FUNCTION, "publishes.sent.format", "avro", "remove format: events are JSON; Avro and"),
        (
            FUNCTION,
            "publishes.sent.channel",
            {"kind": "stream", "retention_hours": 1},
            "channel.retention_hours: found 1; write a number of at least 24",
        ),
        (FUNCTION, "consumes.paid.starting_position", "oldest", "write latest, trim-horizon, or"),
        (FUNCTION, "roles.public", "Everybody.", "'public' in auth means a route that needs no"),
        (FUNCTION, "roles.service", "Calls.", "'service' in auth means a route for the services"),
        (FUNCTION, "roles.Clerk", "Writes.", "write lower-case letters and digits"),
        (FUNCTION, "roles.clerk", "", "write at least 1 character"),
        (
            {**FUNCTION, "consumes": {"paid": {"visibility_timeout_seconds": 5}}},
            "compute.timeout_seconds",
            6,
            "in consumes.paid: write visibility_timeout_seconds as 6 or more",
        ),
        (CONTAINER, "consumes.paid.max_receives", 1, "in consumes.paid: add process: <the one of"),
        (CONTAINER, "consumes.paid.process", "x", "write process as one of processes ("),
        (
            {**CONTAINER, "processes": WORKER},
            "consumes.paid",
            {"process": "worker", "batch_size": 5},
            "in consumes.paid: remove batch_size: a process receives the messages one by one",
        ),
        (
            {**CONTAINER, "processes": WORKER},
            "processes.worker.max_count",
            3,
            "remove processes.worker.max_count: it scales on the backlog of a queue",
        ),
        ({**CONTAINER, "processes": WORKER}, "processes.worker.messages_per_task", 3, "add max_c"),
        (FUNCTION, "consumes.paid.process", "x", "in consumes.paid: remove process: a queue inv"),
        (FUNCTION, "consumes.paid.max_concurrency", 1, "write max_concurrency as 2 or more"),
        (FUNCTION, "consumes.paid.filter", {"total": [1]}, "write total below data, as 'data:"),
        (FUNCTION, "queues.labels", {"senders": []}, "write at least 1"),
        (FUNCTION, "queues.labels", {"senders": ["a", "a"]}, "write each service once"),
        (FUNCTION, "queues.labels", {"senders": ["a"], "fifo": True}, "remove fifo: FIFO queues"),
        (
            FUNCTION,
            "queues.labels",
            {"senders": ["a"], "batch_size": 20},
            "write batch_size as 10 or less, or window_seconds as 1 or more",
        ),
        (CONTAINER, "compute.command", [], "write at least 1"),
        (CONTAINER, "compute.cpu", 300, "write cpu as one of 256, 512"),
        (CONTAINER, "compute.memory_mib", 9000, "write memory_mib as one of 512, 1024, 2048"),
        (CONTAINER, "compute.health_check", "health", "write a path as '/health'"),
        (CONTAINER, "compute.scaling", {"min": 3, "max": 2}, "write max as 3 or more"),
        (
            CONTAINER,
            "compute.scaling",
            {"target": {"cpu_speed": 5}},
            "write one of {requests_per_task: ...} or {cpu_percent: ...}",
        ),
        (
            CONTAINER,
            "compute.scaling",
            {"target": {"cpu_percent": 5}},
            "write a number of at least 10",
        ),
        (CONTAINER, "processes.main.command", ["x"], "give the process another name than 'main'"),
        (
            CONTAINER,
            "migrations.command",
            ["x"],
            "exactly one relational store, of kind aurora-mysql, aurora-postgresql,",
        ),
        (
            {**CONTAINER, "stores": DATABASE},
            "migrations.command",
            ["x"],
            "add migrations/0001_<what it does>.sql, or remove migrations",
        ),
        (
            CONTAINER,
            "stores.ledger",
            {"kind": "aurora-postgresql", "version": 17},
            'write it in quotes: "17"',
        ),
        (
            CONTAINER,
            "stores.ledger",
            {"kind": "aurora-postgresql", "version": "17.5"},
            "write a major version in quotes: '17'",
        ),
        (
            CONTAINER,
            "stores.ledger",
            {"kind": "aurora-postgresql", "min_capacity": 8},
            "write max_capacity as 8 or more",
        ),
        (
            CONTAINER,
            "stores.ledger",
            {"kind": "aurora-postgresql", "max_capacity": 1.3},
            "write a multiple of 0.5",
        ),
        (
            CONTAINER,
            "stores.sent",
            {"kind": "dynamodb", "partition_key": {"name": "a"}, "sort_key": {"name": "a"}},
            "give sort_key another name than partition_key",
        ),
        (
            CONTAINER,
            "stores.sent",
            {"kind": "dynamodb", "partition_key": {"name": "a", "type": "X"}},
            "write one of 'S', 'N' or 'B'",
        ),
    ],
)
def test_a_mistake_is_answered_with_what_to_write(tmp_path, base, path, value, message):
    found = faults(tmp_path, changed(base, path, value))

    assert [line for line in found if message in line], found


@pytest.mark.parametrize(
    "word",
    ["--port=8080", "--host", "0.0.0.0", "127.0.0.1:80", "localhost", "app:8080", "--bind=x"],
)
def test_a_command_that_fixes_its_address_is_refused(tmp_path, word):
    spec = changed(CONTAINER, "compute.command", ["python", "-m", "parcels", word])

    [found] = faults(tmp_path, spec)

    assert f"remove '{word}' from the command" in found
    assert "HOST and PORT" in found


@pytest.mark.parametrize(
    ("route", "message"),
    [
        ({"auth": "public"}, "add 'exemption: <why no token is needed>'"),
        ({"exemption": "Nobody knows why."}, "remove exemption: /parcels needs a token"),
        (
            {"auth": "service", "exemption": "Nobody knows why."},
            "remove exemption: /parcels needs a token of a service",
        ),
        ({"auth": ["customer", "service"]}, "write 'service' alone, and give people a route"),
        ({"auth": ["customer"]}, "write text"),
        ({"methods": ["FETCH"]}, "write one of 'GET', 'HEAD', 'POST'"),
        ({"methods": ["GET", "GET"]}, "write each method once"),
        ({"methods": []}, "write at least 1"),
        ({"methods": ["GET", "HEAD", "POST", "PUT", "PATCH"]}, "write at most 4"),
        ({"path": "/a/b/c/d/e/f/g/h/i"}, "write at most 8 words and 4 {name}s"),
        ({"path": "/{a}/{b}/{c}/{d}/{e}"}, "write at most 8 words and 4 {name}s"),
        ({"path": "/" + "a" * 128}, "write at most 128 characters"),
        ({"path": "/{a}/{a}"}, "give each {name} of the path a name of its own"),
        ({"auth": "public", "exemption": "no"}, "write at least 10 characters"),
    ],
)
def test_a_route_is_checked(tmp_path, route, message):
    plain = {"path": "/parcels", "methods": ["GET"], "auth": "customer"}

    [found] = faults(tmp_path, {**FUNCTION, "routes": [{**plain, **route}]})

    assert message in found


def test_a_function_on_the_http_api_answers_before_the_api_gives_up(tmp_path):
    route = {"path": "/parcels", "methods": ["GET"], "auth": "customer"}
    spec = {**FUNCTION, "routes": [route], "compute": {"kind": "lambda", "timeout_seconds": 31}}

    [found] = faults(tmp_path, spec)

    assert "write compute.timeout_seconds as 30 or less" in found
