"""What follows from the description of a microservice."""

from __future__ import annotations

import dataclasses
import functools
import json

import pulumi
import pytest

from components.args import InvalidArgError
from components.microservice import Microservice
from components.routing.paths import Route
from components.service.args import MicroserviceArgs, ProcessWorkload
from components.service.calls import Callee
from components.service.containers import ContainerCompute
from components.service.environment import route_roles, variable
from components.service.function import FunctionCompute
from components.service.kinds import Store
from components.service.queue_sources import TopicSource
from components.service.stores import ServiceStoresArgs
from components.service.stream_source import StreamSource
from components.service.subscriptions import Subscription
from spec.stores.aurora_postgresql import AuroraPostgresqlStore
from spec.stores.dynamodb import DynamoDbStore, Key
from stacks.kinds.stores import aurora_postgresql, dynamodb

TOPIC = TopicSource(topic_arn="arn:topic")
FUNCTION = "aws:lambda/function:Function"
CONTAINER = ContainerCompute(command=["run"], image_digest="sha256:1", min_tasks=1, max_tasks=1)


def store(kind, spec):
    return Store(define=functools.partial(kind.define, spec), in_network=spec.in_network)


DATABASE = store(aurora_postgresql, AuroraPostgresqlStore(kind="aurora-postgresql"))

TABLE = store(dynamodb, DynamoDbStore(kind="dynamodb", partition_key=Key(name="id")))


@pytest.fixture
def function(tmp_path):
    archive = tmp_path / "f.zip"
    archive.write_bytes(b"PK")
    return FunctionCompute(archive=str(archive), reserved_concurrency=1)


def _args(platform, compute, **changes):
    given = {
        "description": "Takes orders.",
        "owner": "checkout",
        "tier": "critical",
        "platform": platform,
        "compute": compute,
    }
    return MicroserviceArgs(**{**given, **changes})


def test_what_a_function_fails_to_do_for_an_alarm_is_reported(build, platform, function):
    args = _args(platform, function, invoked_by_alarms=True)

    made = build(lambda: Microservice("repair", args))

    [config] = made.all("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    assert config.inputs["destinationConfig"] == {"onFailure": {"destination": "arn:alarms"}}


def test_alarms_do_not_invoke_containers(platform):
    with pytest.raises(InvalidArgError, match="let alarms invoke a function"):
        _args(platform, CONTAINER, invoked_by_alarms=True)


@pytest.mark.parametrize("allowed", [False, True])
def test_faults_are_injected_only_where_the_environment_allows_it(
    build, platform, function, allowed
):
    allowing = dataclasses.replace(platform, fault_injection=allowed)

    made = build(lambda: Microservice("orders", _args(allowing, function)))

    told = made.one("aws:lambda/function:Function", "orders-function").inputs["environment"]
    assert ("FAULT_INJECTION" in told["variables"]) is allowed


def test_a_function_learns_its_surroundings_by_one_naming_rule(build, platform, function):
    args = _args(
        platform,
        function,
        stores={
            "sent-mail": store(
                dynamodb, DynamoDbStore(kind="dynamodb", partition_key=Key(name="id"))
            )
        },
        calls={"catalog": Callee(url="https://api")},
        routes=[Route(path="/mail/{id}", methods=["GET"], role="clerk")],
    )

    made = build(lambda: Microservice("mail", args))

    assert made.one(FUNCTION, "mail-function").inputs["environment"]["variables"] == {
        "SERVICE_NAME": "mail",
        "POWERTOOLS_SERVICE_NAME": "mail",
        "METRICS": "",
        "METRICS_NAMESPACE": "Bulkhead/test",
        "LOG_LEVEL": "INFO",
        "ROUTE_ROLES": '{"GET /mail/{id}": "clerk"}',
        "CATALOG_URL": "https://api",
        "SENT_MAIL_TABLE": "mail-sent-mail-table",
    }


def test_a_database_is_told_without_its_password(build, platform):
    args = _args(platform, CONTAINER, stores={"ledger": DATABASE})

    made = build(lambda: Microservice("orders", args))

    [definition] = made.all("aws:ecs/taskDefinition:TaskDefinition")
    [container] = json.loads(definition.inputs["containerDefinitions"])
    told = {e["name"]: e["value"] for e in container["environment"] if "LEDGER" in e["name"]}
    assert told == {
        "LEDGER_HOST": "orders-ledger-cluster.rds.test",
        "LEDGER_PORT": "5433",
        "LEDGER_TLS": "true",
        "LEDGER_READER_HOST": "orders-ledger-cluster.ro.rds.test",
        "LEDGER_CLUSTER_ARN": "arn:aws:test:::orders-ledger-cluster",
        "LEDGER_NAME": "ledger",
        "LEDGER_USER": "orders_ledger",
        "LEDGER_SSLMODE": "require",
        "LEDGER_SECRET_ARN": "arn:aws:test:::orders-ledger-user",
    }


def test_a_function_with_a_database_runs_in_the_network(build, platform, function):
    args = _args(platform, function, stores={"ledger": DATABASE})

    made = build(lambda: Microservice("books", args))

    assert made.one(FUNCTION, "books-function").inputs["vpcConfig"] == {
        "subnetIds": ["private-a", "private-b"],
        "securityGroupIds": ["books-network-group-id"],
    }


def test_a_function_that_asks_a_service_inside_the_network_runs_there_too(
    build, platform, function
):
    args = _args(platform, function, calls={"orders": Callee(url="https://shop", internal=True)})

    made = build(lambda: Microservice("books", args))

    assert made.one(FUNCTION, "books-function").inputs["vpcConfig"] == {
        "subnetIds": ["private-a", "private-b"],
        "securityGroupIds": ["books-network-group-id"],
    }


def test_a_function_that_asks_a_public_service_needs_no_network(build, platform, function):
    args = _args(platform, function, calls={"orders": Callee(url="https://shop")})

    made = build(lambda: Microservice("books", args))

    assert "vpcConfig" not in made.one(FUNCTION, "books-function").inputs


def test_a_service_without_routes_gets_no_requests(build, platform):
    args = _args(
        platform, CONTAINER, processes={"relay": ProcessWorkload(command=["relay"], count=2)}
    )

    made = build(lambda: Microservice("worker", args))

    assert made.all("aws:lb/targetGroup:TargetGroup") == []
    services = {s.name: s.inputs["desiredCount"] for s in made.all("aws:ecs/service:Service")}
    assert services == {"worker-service": 1, "worker-relay-service": 2}


def test_an_event_wakes_the_function_through_a_queue_of_its_own(build, platform, function):
    events = {"order-placed": Subscription(source=TOPIC, max_receives=3)}

    made = build(lambda: Microservice("mail", _args(platform, function, consumes=events)))

    [mapping] = made.all("aws:lambda/eventSourceMapping:EventSourceMapping")
    assert mapping.inputs["eventSourceArn"] == "arn:aws:test:::mail-order-placed-queue"
    assert mapping.inputs["scalingConfig"] == {"maximumConcurrency": 2}


@pytest.mark.parametrize(("reserved", "at_once"), [(1, 2), (5, 5), (2000, 1000)])
def test_a_queue_invokes_no_more_than_the_function_and_the_queue_allow(
    build, platform, function, reserved, at_once
):
    busy = dataclasses.replace(function, reserved_concurrency=reserved)
    events = {"order-placed": Subscription(source=TOPIC)}

    made = build(lambda: Microservice("mail", _args(platform, busy, consumes=events)))

    [mapping] = made.all("aws:lambda/eventSourceMapping:EventSourceMapping")
    assert mapping.inputs["scalingConfig"] == {"maximumConcurrency": at_once}


def test_everything_of_a_service_says_whose_it_is(build, platform):
    made = build(lambda: Microservice("orders", _args(platform, CONTAINER)))

    [service] = made.all("aws:ecs/service:Service")
    assert service.inputs["tags"] == {"service": "orders", "owner": "checkout", "tier": "critical"}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("process", None, "process=None is invalid: use one of processes, which polls e"),
        ("process", "other", "use one of processes, which polls e"),
        ("batch_size", 5, "leave it out: a process receives the messages of e one by one"),
        ("window_seconds", 1, "leave it out: a process receives the messages of e one by one"),
    ],
)
def test_containers_poll_queues_in_a_process_of_theirs(platform, field, value, message):
    subscription = Subscription(**{"source": TOPIC, "process": "p", field: value})

    with pytest.raises(InvalidArgError, match=message):
        _args(
            platform,
            CONTAINER,
            processes={"p": ProcessWorkload(command=["p"])},
            consumes={"e": subscription},
        )


def test_a_function_polls_nothing(platform, function):
    subscription = Subscription(source=TOPIC, process="p")

    with pytest.raises(InvalidArgError, match="leave it out: a function is invoked"):
        _args(platform, function, consumes={"e": subscription})


def test_a_process_cannot_read_a_stream(build, platform):
    source = StreamSource(stream=None, dead_letters=None, max_age_seconds=60)

    def program():
        args = _args(
            platform,
            CONTAINER,
            processes={"p": ProcessWorkload(command=["p"])},
            consumes={"e": Subscription(source=source, process="p")},
        )
        with pytest.raises(InvalidArgError, match="consume e in a function: a process polls"):
            Microservice("s", args)

    build(program)


def test_a_function_is_one_program(platform, function):
    with pytest.raises(InvalidArgError, match="a function has one process"):
        _args(platform, function, processes={"p": ProcessWorkload(command=["p"])})


def test_migrations_need_a_task(build, platform, function):
    def program():
        hook = pulumi.ResourceHook("h", lambda _: None)
        with pytest.raises(InvalidArgError, match="migrations run in a task"):
            _args(platform, function, before_deployment=hook)

    build(program)


def test_a_database_that_nobody_could_reach_is_refused(platform):
    with pytest.raises(InvalidArgError, match="security_group_id=None"):
        ServiceStoresArgs(service="s", stores={"l": DATABASE}, platform=platform)


def test_a_public_route_demands_no_role_of_the_service():
    routes = [Route(path="/prices", methods=["GET"], exemption="Everyone may look.")]

    assert route_roles(routes) == '{"GET /prices": "public"}'
    assert variable("sent-mail", "TABLE") == "SENT_MAIL_TABLE"


@pytest.mark.parametrize(("percent", "sampled"), [(0, None), (10, "0.1"), (100, "1")])
def test_a_service_sends_its_spans_to_xray_if_any_are_recorded(
    build, platform, function, percent, sampled
):
    tracing = dataclasses.replace(platform, trace_percent=percent)

    made = build(lambda: Microservice("orders", _args(tracing, function)))

    told = made.one(FUNCTION, "orders-function").inputs["environment"]["variables"]
    assert told.get("OTEL_TRACES_SAMPLER_ARG") == sampled
    if percent:
        assert (
            told["OTEL_EXPORTER_OTLP_ENDPOINT"] == f"https://xray.{platform.region}.amazonaws.com"
        )
