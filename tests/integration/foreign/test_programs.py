"""Programs that strangers wrote run on the local cloud by the commands of the page about them."""

from __future__ import annotations

import json
import re

import psycopg
import pytest

from tests.integration.foreign.shell import PREVIEW, PROGRAMS, STATUS, fetch, gone, steady

pytestmark = pytest.mark.integration


def test_a_static_site_is_served(shell):
    program = shell("static-site")
    outputs = steady(program)
    address = program.url(outputs["url"])

    assert fetch(address)[1] == (program.folder / "www" / "index.html").read_text()
    assert fetch(f"{address}/style.css")[0] == 200
    assert fetch(f"{address}/none.html") == (
        404,
        (program.folder / "www" / "error.html").read_text(),
    )
    gone(program)


def test_a_function_answers_behind_an_api_of_quick_create(shell):
    program = shell("http-api")
    outputs = steady(program)

    assert fetch(f"{program.url(outputs['url'])}/some/path") == (200, '{"path": "/some/path"}')
    assert "handler  lambda   ready" in program(STATUS)
    gone(program)


def test_an_event_arrives_in_the_queue(shell):
    program = shell("event-bus")
    outputs = steady(program)
    event = {
        "EventBusName": outputs["bus"],
        "Source": "shop.orders",
        "DetailType": "OrderPlaced",
        "Detail": json.dumps({"order": 1}),
    }
    other = {**event, "DetailType": "OrderPaid"}

    program.client("events").put_events(Entries=[other, event])
    received = program.client("sqs").receive_message(
        QueueUrl=outputs["queue"], MaxNumberOfMessages=10, WaitTimeSeconds=10
    )

    (message,) = received["Messages"]
    assert json.loads(message["Body"])["detail"] == {"order": 1}
    gone(program)


def test_two_networks_are_peered(shell):
    program = shell("vpc-peering")
    outputs = steady(program)
    peerings = program.client("ec2").describe_vpc_peering_connections()["VpcPeeringConnections"]

    assert outputs["status"] == "active"
    assert outputs["vpcs"] in [
        [one["RequesterVpcInfo"]["VpcId"], one["AccepterVpcInfo"]["VpcId"]] for one in peerings
    ]
    gone(program)


def test_the_secret_opens_the_database(shell):
    program = shell("database")
    outputs = steady(program)
    found = program.client("secretsmanager").get_secret_value(SecretId=outputs["secret"])
    known = json.loads(found["SecretString"])

    with psycopg.connect(
        host=known["host"],
        port=known["port"],
        dbname=known["dbname"],
        user=known["username"],
        password=known["password"],
    ) as connection:
        answer = connection.execute("SELECT current_database(), 6 * 7").fetchone()

    assert answer == ("shop", 42)
    gone(program)


def test_a_container_whose_image_is_elsewhere_says_what_is_missing(shell):
    program = shell("fargate-alb")
    outputs = steady(program)
    address = program.url(outputs["url"])

    status, page = fetch(address)

    assert "web  fargate  not run    the container web has the image nginx:latest" in program(
        STATUS
    )
    assert status == 503
    assert "nginx:latest" in page
    gone(program)


@pytest.mark.parametrize("name", sorted(one.name for one in PROGRAMS.iterdir()))
def test_every_program_previews_offline(name, shell):
    said = shell(name)(PREVIEW)

    assert re.search(r"prod would have \d+ AWS resources; the policies were left out\.", said)
