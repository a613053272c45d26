"""What no single description can show to be wrong."""

import os
from pathlib import Path

import pytest

from spec import variables
from spec.catalogue import load_catalogue
from tests.spec.catalogues import faults, route, service

SERVICES = Path(__file__).resolve().parents[1] / "fixtures" / "services"
TABLE = {"kind": "dynamodb", "partition_key": {"name": "id"}}


def test_a_catalogue_has_every_service_and_every_role():
    catalogue = load_catalogue(SERVICES)

    assert list(catalogue.services) == ["books", "branches", "fines", "loans", "reminders"]
    assert sorted(catalogue.roles) == ["cashier", "librarian", "reader"]
    assert catalogue.publisher("book-lent").name == "loans"


def test_the_faults_of_several_services_are_told_together(write):
    folder = write(service("a", colour="red"), service("b", colour="blue"))

    assert [line.split(":")[0] for line in faults(folder)] == ["a/service.yaml", "b/service.yaml"]


@pytest.mark.parametrize("path", ["/things/{id}", "/things/{other}", "/things/new"])
def test_two_services_may_not_answer_one_request(write, path):
    folder = write(
        service("a", routes=[route("/things/{id}", "GET", "PUT")]),
        service("b", routes=[route(path, "GET")]),
    )

    [found] = faults(folder)

    assert found.startswith("b/service.yaml:")
    assert "routes[0].path: found GET /things/" in found
    assert "which a answers with its /things/{id}; write another path or method" in found


def test_of_two_that_clash_the_one_changed_last_is_at_fault(write):
    folder = write(
        service("a", routes=[route("/things", "GET")], publishes=["thing-made"]),
        service("b", routes=[route("/things", "GET")], publishes=["thing-made"]),
    )
    os.utime(folder / "b" / "service.yaml", (0, 0))

    found = faults(folder)

    assert [line.split(":")[0] for line in found] == ["a/service.yaml"] * 2
    assert "which b answers" in found[0]
    assert "which b publishes" in found[1]


@pytest.mark.parametrize(
    ("compute", "path", "method"),
    [
        ("fargate", "/things/{id}", "GET"),
        ("lambda", "/things/{id}", "POST"),
        ("lambda", "/things", "GET"),
        ("lambda", "/things/{id}/parts", "GET"),
    ],
)
def test_routes_that_no_request_can_mix_up_are_fine(write, compute, path, method):
    folder = write(
        service("a", routes=[route("/things/{id}", "GET")]),
        service("b", compute=compute, routes=[route(path, method)]),
    )

    assert len(load_catalogue(folder).services) == 2


def test_a_service_may_answer_a_special_case_of_its_own_route(write):
    folder = write(service("a", routes=[route("/a/{id}", "GET"), route("/a/new", "GET")]))

    assert len(load_catalogue(folder).services) == 1


def test_a_store_has_one_owner(write):
    folder = write(service("a", stores={"box": TABLE}), service("b", stores={"box": TABLE}))

    [found] = faults(folder)

    assert "stores.box: found the store 'box', which belongs to a; give it a name" in found


def test_names_that_would_be_one_in_aws_are_refused(write):
    folder = write(
        service("a", stores={"b-c": TABLE}),
        service("a-b", stores={"c": TABLE}),
        service("x", compute="fargate", processes={"y": {"command": ["run"]}}),
        service("x-y"),
    )

    found = faults(folder)

    assert any("stores.c: found 'c', which becomes a-b-c as a/b-c does" in line for line in found)
    assert any("processes.y: found 'y', which becomes x-y as x-y does" in line for line in found)


DATABASE = {"kind": "aurora-postgresql"}


@pytest.mark.parametrize(
    ("length", "fields", "told"),
    [
        (26, {"compute": "fargate", "routes": [route("/a", "GET")]}, "shorten that to 25"),
        (20, {"compute": "fargate", "processes": {"b" * 11: {"command": ["x"]}}}, "to 31"),
        (20, {"stores": {"b" * 6: DATABASE}}, "shorten that to 26"),
        (30, {"publishes": ["b" * 8], "consumes": {"b" * 8: {}}}, "shorten that to 38"),
    ],
)
def test_a_name_that_would_be_too_long_in_aws_is_refused(write, length, fields, told):
    [found] = faults(write(service("a" * length, **fields)))

    assert told in found


def test_names_that_would_be_one_variable_are_refused(write):
    folder = write(
        service(
            "a",
            stores={"service": {"kind": "aurora-postgresql"}},
        )
    )

    [found] = faults(folder)

    assert "gives the variable SERVICE_NAME, as the platform does; write another name" in found


def test_variables_follow_one_rule():
    loans = load_catalogue(SERVICES).services["loans"]

    names = {name for name, _ in variables.of_spec(loans)}

    assert {"REGISTER_HOST", "REGISTER_SECRET_ARN", "BOOK_LENT_TOPIC_ARN", "BOOKS_URL"} <= names


def test_an_event_has_one_publisher(write):
    folder = write(service("a", publishes=["sent"]), service("b", publishes=["lost", "sent"]))

    [found] = faults(folder)

    assert "publishes[1]: found the event 'sent', which a publishes" in found


def test_a_consumed_event_is_published_by_somebody(write):
    folder = write(service("a", publishes=["sent"]), service("b", consumes={"send": {}}))

    [found] = faults(folder)

    assert "consumes.send: found the event 'send', which no service publishes" in found
    assert found.endswith("or write one of: sent")


@pytest.mark.parametrize(
    ("channel", "consumer", "message"),
    [
        ("topic", {"batch_size": 11}, "write batch_size as 10 or less, or window_seconds as 1"),
        ("bus", {"parallelization": 2}, "on a bus; remove parallelization: only a stream has it"),
        ("stream", {"max_concurrency": 2}, "write parallelization for a stream"),
        ("stream", {"visibility_timeout_seconds": 60}, "remove visibility_timeout_seconds"),
        (
            {"kind": "stream", "retention_hours": 48},
            {"max_age_hours": 48},
            "write max_age_hours as 47 or less: the stream keeps its records for 48 hours",
        ),
        (["topic", "stream"], {"channel": "bus"}, "which sent is not on; write one of: topic, str"),
    ],
)
def test_a_consumer_writes_what_the_channel_of_the_event_has(write, channel, consumer, message):
    publisher = service("a", publishes={"sent": {"channel": channel}})

    [found] = faults(write(publisher, service("b", consumes={"sent": consumer})))

    assert found.startswith("b/service.yaml:")
    assert "consumes.sent: found" in found
    assert message in found


@pytest.mark.parametrize(
    ("callee", "message"),
    [
        ("c", "calls[0]: found the unknown service 'c'; remove it, or write one of: b"),
        ("a", "found a call to itself; remove it"),
        ("b", "found the service 'b', which has no routes; add a route to b"),
    ],
)
def test_a_call_needs_somebody_who_answers(write, callee, message):
    [found] = faults(write(service("a", calls=[callee]), service("b")))

    assert message in found


def test_a_cycle_of_calls_is_shown(write):
    folder = write(
        service("a", calls=["b"], routes=[route("/a", "GET")]),
        service("b", calls=["c"], routes=[route("/b", "GET")]),
        service("c", calls=["a"], routes=[route("/c", "GET")]),
    )

    [found] = faults(folder)

    assert found.startswith("c/service.yaml:")
    assert "a cycle of calls a -> b -> c -> a; replace one of these calls by an event" in found


def test_a_description_under_another_name_is_not_overlooked(write):
    folder = write(service("a"))
    (folder / "a" / "service.yaml").rename(folder / "a" / "service.yml")

    assert faults(folder) == [
        "a/service.yml:1: found the file name service.yml; name it service.yaml"
    ]


def test_a_folder_without_a_description_is_no_service(write):
    folder = write(service("a"))
    (folder / "kit").mkdir()

    assert list(load_catalogue(folder).services) == ["a"]
