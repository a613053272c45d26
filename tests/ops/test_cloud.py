"""What counts as a service that is ready, and when `up` gives up waiting."""

import json
from dataclasses import dataclass, field

import pytest
from botocore.exceptions import EndpointConnectionError

from localcloud import off, stopped
from localcloud.stopped import Stopped
from ops import cloud, initialization, ready
from ops.deployed import Resource
from ops.errors import CommandError
from ops.initialization import Result

ARN = "arn:aws:ecs:eu-west-1:000000000000:service/shop/orders"
ROOT = "urn:pulumi:local::bulkhead::"


def resource(type_, name, id_, **properties):
    parent = f"{ROOT}component::{name}"
    return Resource(f"{ROOT}{type_}::{name}-x", type_, id_, parent, properties)


FOUND = {
    one.urn: one
    for one in (
        resource("aws:lambda/function:Function", "catalog", "shop-catalog"),
        resource("aws:ecs/service:Service", "orders", ARN),
        resource("aws:lb/listener:Listener", "shop", "listener", protocol="HTTPS"),
        resource("aws:apigatewayv2/api:Api", "api", "api"),
    )
}


@dataclass
class Aws:
    """Answers what a test says AWS knows."""

    rollout: str = "COMPLETED"
    running: int = 1
    health: str = "healthy"
    state: str = "Active"
    gone: bool = False
    runtime: str = "python3.12"
    more: dict[str, str] = field(default_factory=dict[str, str])

    def describe_services(self, cluster, services):
        assert cluster == "shop"
        found = {
            "taskDefinition": "arn:aws:ecs:eu-west-1:000000000000:task-definition/shop-orders:3",
            "runningCount": self.running,
            "desiredCount": 1,
            "loadBalancers": [{"targetGroupArn": "group"}],
            "deployments": [{"rolloutState": self.rollout, **self.more}],
        }
        return {"services": [] if self.gone else [found] * len(services)}

    def describe_target_health(self, **_):
        return {"TargetHealthDescriptions": [{"TargetHealth": {"State": self.health}}]}

    def get_function_configuration(self, **_):
        return {"State": self.state, "StateReason": "because", "Runtime": self.runtime}


@pytest.fixture(autouse=True)
def initialized(monkeypatch):
    """Let every function's init phase succeed."""
    succeed = lambda _layout, _function: Result(succeeded=True)  # noqa: E731
    monkeypatch.setattr(initialization, "run", succeed)
    monkeypatch.setattr(initialization, "last", succeed)


@pytest.fixture
def states(layout, monkeypatch):
    """Return the state and detail of each service, as AWS answers."""

    def ask(aws):
        monkeypatch.setattr(cloud, "client", lambda _layout, _service, _region="": aws)
        return {one.name: (one.state, one.detail) for one in cloud.services(layout, FOUND)}

    return ask


def test_a_service_is_ready_when_it_is_rolled_out_runs_and_has_a_healthy_target(states):
    assert states(Aws()) == {"catalog": ("ready", ""), "orders": ("ready", "1 of 1 tasks")}


@pytest.mark.parametrize(
    ("aws", "expected"),
    [
        (Aws(rollout="IN_PROGRESS"), ("starting", "1 of 1 tasks")),
        (Aws(running=0), ("starting", "0 of 1 tasks")),
        (Aws(health="unhealthy"), ("starting", "no healthy target yet")),
        (
            Aws(rollout="FAILED", more={"rolloutStateReason": "it crashed"}),
            ("failed", "it crashed"),
        ),
        (Aws(gone=True), ("missing", "the ECS service does not exist")),
    ],
)
def test_a_container_service_is_not_ready_while_anything_is_missing(states, aws, expected):
    assert states(aws)["orders"] == expected


@pytest.mark.parametrize(("state", "expected"), [("Pending", "starting"), ("Failed", "failed")])
def test_a_function_is_as_lambda_says(states, state, expected):
    assert states(Aws(state=state))["catalog"] == (expected, "because")


@pytest.mark.parametrize(("port", "url"), [(7001, "http://127.0.0.1:7001"), (7002, "")])
def test_a_function_url_is_an_endpoint_that_is_not_called(layout, monkeypatch, port, url):
    address = "http://127.0.0.1:7001/"
    one = resource("aws:lambda/functionUrl:FunctionUrl", "hello", "hello", functionUrl=address)
    served = {"functionUrls": {"function-url-hello": f"http://127.0.0.1:{port}"}}
    layout.run.mkdir(parents=True, exist_ok=True)
    (layout.run / "frontdoor.json").write_text(json.dumps(served))
    monkeypatch.setattr(ready.urllib.request, "urlopen", None)  # a call would fail

    found = {one.urn: one}

    assert cloud.endpoints(layout, found) == {"hello": url}
    assert ready._silent_endpoints(layout, found) == ([] if url else ["hello"])


@pytest.mark.parametrize("port", [7001, None])
def test_a_website_is_an_endpoint_named_by_its_configuration(layout, port):
    website = {"bucket": "www", "websiteEndpoint": "www.s3-website-eu-west-1.amazonaws.com"}
    found = [
        resource(
            "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", "site", "www", **website
        ),
        resource("aws:s3/bucket:Bucket", "bucket", "www", **website),
        resource("aws:s3/bucket:Bucket", "other", "other", bucket="other"),
    ]
    url = f"http://127.0.0.1:{port}" if port else ""
    layout.run.mkdir(parents=True, exist_ok=True)
    (layout.run / "frontdoor.json").write_text(json.dumps({"websites": {"www": url}}))

    assert cloud.endpoints(layout, {one.urn: one for one in found}) == {"site": url}


def test_a_container_service_that_cannot_run_here_is_not_waited_for(states):
    reason = {"rolloutStateReason": f"{stopped.NOT_RUN}the image nginx is not ours"}

    assert states(Aws(running=0, more=reason))["orders"] == (
        "not run",
        "the image nginx is not ours",
    )


def test_a_function_that_cannot_run_here_is_not_waited_for(layout, states):
    state, detail = states(Aws(runtime="nodejs22.x"))["catalog"]

    assert (state, detail) == (
        "not run",
        "nodejs22.x: the local cloud runs Python functions only",
    )
    ready.wait(layout, {k: v for k, v in FOUND.items() if "lambda" in v.type}, lambda _: None)


@pytest.mark.parametrize(
    ("state", "detail"),
    [
        ("stopped", "started by: bulkhead up"),
        ("off", "needs mariadb: run bulkhead engines add mariadb"),
    ],
)
def test_services_that_do_not_run_on_this_machine_are_not_asked_or_waited_for(
    layout, monkeypatch, state, detail
):
    def refuse(_layout, _name, _region=""):
        raise AssertionError("it was asked")

    if state == "off":
        off.write(layout, dict.fromkeys(("catalog", "orders"), f"off: {detail}"))
    else:
        stopped.write(layout, Stopped(frozenset({"catalog", "orders"})))
    monkeypatch.setattr(cloud, "client", refuse)
    monkeypatch.setattr(initialization, "run", refuse)
    workloads = {urn: one for urn, one in FOUND.items() if ":Api" not in urn and ":Lis" not in urn}

    ready.wait(layout, workloads, lambda *_: None)

    states = {(one.name, one.state, one.detail) for one in cloud.services(layout, FOUND)}
    assert states == {("catalog", state, detail), ("orders", state, detail)}


def test_a_service_is_starting_while_the_emulated_aws_does_not_answer(layout, monkeypatch):
    def refuse(_layout, _service, _region=""):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    monkeypatch.setattr(cloud, "client", refuse)

    assert [one.state for one in cloud.services(layout, FOUND)] == ["starting", "starting"]


def test_addresses_are_those_that_the_front_door_serves(layout):
    layout.run.mkdir(parents=True)
    served = {
        "listeners": {"listener": {"url": "http://127.0.0.1:1/"}, "other": {"url": "x"}},
        "apis": {"api": {"url": "http://127.0.0.1:2"}},
    }
    (layout.run / "frontdoor.json").write_text(json.dumps(served))

    assert cloud.endpoints(layout, FOUND) == {
        "shop": "http://127.0.0.1:1",
        "api": "http://127.0.0.1:2",
    }


def test_without_a_front_door_there_is_no_address(layout):
    assert cloud.endpoints(layout, FOUND) == {"shop": "", "api": ""}


def test_a_service_that_failed_is_shown_at_once_with_its_last_lines(layout, monkeypatch):
    aws = Aws(rollout="FAILED", more={"rolloutStateReason": "it crashed"})
    monkeypatch.setattr(cloud, "client", lambda _layout, _service, _region="": aws)
    layout.logs.mkdir(parents=True)
    (layout.logs / "shop-orders.log").write_text("starting\nno such table\n")

    with pytest.raises(CommandError) as caught:
        ready.wait(layout, FOUND, lambda *_: None)

    assert str(caught.value) == (
        "The service orders is not ready: it crashed.\n"
        "  starting\n"
        "  no such table\n"
        "Its log: bulkhead logs orders"
    )


def test_waiting_ends_after_a_while_and_names_who_is_missing(layout, monkeypatch):
    monkeypatch.setattr(
        cloud, "client", lambda _layout, _service, _region="": Aws(health="initial")
    )
    monkeypatch.setattr(ready, "WAIT_SECONDS", 0.0)

    with pytest.raises(CommandError, match="orders is not ready: no healthy target yet"):
        ready.wait(layout, FOUND, lambda *_: None)


def test_fronts_that_do_not_answer_are_named(layout, monkeypatch):
    monkeypatch.setattr(cloud, "client", lambda _layout, _service, _region="": Aws())
    monkeypatch.setattr(ready, "WAIT_SECONDS", 0.0)

    with pytest.raises(CommandError, match="do not answer after 0 s: shop, api"):
        ready.wait(layout, FOUND, lambda *_: None)


@pytest.fixture
def broken(monkeypatch):
    """Let every function's init phase fail, once it has been run."""
    results = []

    def run(_layout, _function):
        error = {"errorType": "Runtime.ExitError", "errorMessage": "exit status 3"}
        results.append(Result(error=error))
        return results[-1]

    monkeypatch.setattr(cloud, "client", lambda _layout, _service, _region="": Aws())
    monkeypatch.setattr(initialization, "run", run)
    monkeypatch.setattr(
        initialization, "last", lambda _layout, _function: results[-1] if results else Result()
    )


def test_a_function_that_was_not_started_says_so(layout, broken):
    states = {one.name: (one.state, one.detail) for one in cloud.services(layout, FOUND)}

    assert states["catalog"] == ("ready", "not started yet")


def test_a_function_that_cannot_start_fails_the_run(layout, broken):
    with pytest.raises(CommandError) as caught:
        ready.wait(layout, FOUND, lambda *_: None)

    assert str(caught.value) == (
        "The service catalog is not ready: ExitError: exit status 3.\n"
        "Its log: bulkhead logs catalog"
    )


def test_a_function_without_a_result_is_waited_for(layout, monkeypatch):
    monkeypatch.setattr(cloud, "client", lambda _layout, _service, _region="": Aws())
    monkeypatch.setattr(initialization, "run", lambda _layout, _function: Result())
    monkeypatch.setattr(initialization, "last", lambda _layout, _function: Result())
    monkeypatch.setattr(ready, "WAIT_SECONDS", 0.0)

    with pytest.raises(CommandError, match="catalog is not ready: its init phase has no result"):
        ready.wait(layout, FOUND, lambda *_: None)
