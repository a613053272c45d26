"""Every example writes and reads its store, and reads again what it wrote after a failure."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import requests

from localcloud.clients import client
from localcloud.engines.catalog import ENGINES
from spec.catalogue import load_catalogue
from tests.integration.gallery.cloud import EXAMPLES, UP, eventually
from tests.pacing import paced

pytestmark = pytest.mark.integration
TEXT = {"text": "written"}
CACHES = {"memcached", "valkey"}
"""Kinds that are empty after a restart."""
SERVICES = {
    name: sorted(store.KIND for store in spec.stores.values())
    for name, spec in load_catalogue(EXAMPLES).services.items()
}


@pytest.mark.parametrize("name", SERVICES, ids=lambda name: "-".join([name, *SERVICES[name]]))
def test_what_is_written_can_be_read_after_the_store_was_killed(gallery, name):
    if name in gallery.off:
        pytest.skip(gallery.off[name])
    written = gallery.request("PUT", name, "a", json=TEXT)
    read = gallery.request("GET", name, "a")
    for process in gallery.processes(name):
        gallery.kill(process)
    again = eventually(lambda: _read(gallery, name))

    assert (written.status_code, written.json()) == (read.status_code, read.json()) == (200, TEXT)
    kept = (404, None) if CACHES.issuperset(SERVICES[name]) else (200, TEXT)
    assert again == kept
    assert gallery.request("PUT", name, "b", json=TEXT).status_code == 200
    assert gallery.request("GET", name, "b").json() == TEXT


def _read(gallery, name):
    """Return status and body of a request, unless the service is recovering."""
    answer = gallery.request("GET", name, "a")
    if answer.status_code >= 500:
        return None
    return answer.status_code, answer.json() if answer.ok else None


def test_no_request_fails_while_the_password_of_a_function_is_rotated_twice(gallery):
    """`visits` is a function behind a proxy, whose users alternate."""
    if "visits" in gallery.off:
        pytest.skip(gallery.off["visits"])
    secrets = client(gallery.layout, "secretsmanager")
    found = secrets.list_secrets()["SecretList"]
    [secret] = [
        one["ARN"] for one in found if "RotationLambdaARN" in one and "visits" in one["Name"]
    ]
    answered, failed = [], []

    def send(number):
        method = "GET" if number % 2 else "PUT"
        body = {} if number % 2 else {"json": TEXT}
        try:
            answer = gallery.request(method, "visits", "rotated", **body)
        except requests.RequestException as error:
            failed.append(repr(error))
        else:
            (answered if answer.ok else failed).append(f"{answer.status_code} {answer.text}")

    def user():
        return json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])["username"]

    gallery.request("PUT", "visits", "rotated", json=TEXT)
    with paced(send, per_second=50):
        for _ in range(2):
            before = user()
            secrets.rotate_secret(SecretId=secret)
            eventually(lambda before=before: user() != before)
            enough = len(answered) + 150
            eventually(lambda least=enough: len(answered) >= least)

    assert failed == []


def test_the_lines_that_a_service_scales_on_are_counted(gallery):
    """`readings` scales on its log lines of writes."""
    if "readings" in gallery.off:
        pytest.skip(gallery.off["readings"])
    cloudwatch = client(gallery.layout, "cloudwatch")
    metric = {"Namespace": "Bulkhead/local", "MetricName": "readings-readings-kept"}
    query = {"Id": "total", "MetricStat": {"Metric": metric, "Stat": "Sum", "Period": 60}}
    now = datetime.now(UTC).replace(second=0, microsecond=0)

    def counted():
        found = cloudwatch.get_metric_data(
            MetricDataQueries=[query],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(minutes=5),
        )
        return sum(found["MetricDataResults"][0]["Values"])

    before = counted()
    for _ in range(3):
        assert gallery.request("PUT", "readings", "counted", json=TEXT).status_code == 200
    assert gallery.request("GET", "readings", "counted").status_code == 200

    assert eventually(lambda: counted() >= before + 3)


def test_a_service_is_off_exactly_if_its_engine_is_missing(gallery):
    missing = {name for name, engine in ENGINES.items() if engine.find() is None}
    without = {name for name in SERVICES if missing.intersection(gallery.engines(name))}

    states = {one["name"]: one for one in gallery.status()["services"]}

    assert gallery.off.keys() == without
    assert {name for name, one in states.items() if one["state"] == "off"} == without
    for name, reason in gallery.off.items():
        answer = gallery.request("GET", name, "a")
        assert answer.status_code == 503
        assert f"The service {name} is {reason}" in answer.text  # JSON of an HTTP API, or plain
        assert reason == f"off: {states[name]['detail']}"


def test_a_second_up_changes_nothing_and_is_strict_about_what_is_off(gallery):
    printed = gallery.bulkhead(*UP, "--strict", code=1 if gallery.off else 0)

    assert re.search(r"Resources: \d+ unchanged\n", printed)
    for name, reason in gallery.off.items():
        assert f"{name} is {reason}" in printed


def test_seeds_may_be_written_twice(gallery):
    for _ in range(2):
        gallery.bulkhead("seed", "journals")

    assert gallery.request("GET", "journals", "welcome").json() == {"text": "The first entry."}
