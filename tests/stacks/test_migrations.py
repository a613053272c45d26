"""How migrations run: once in a deployment, before new tasks, or the deployment stops."""

# ruff: noqa: ARG002, ARG005, N803 - fakes have the signatures of the API they stand for

from __future__ import annotations

import itertools

import pulumi
import pytest

from components.service.args import MigrationPlan
from localcloud import off, pending_migrations
from localcloud.engines import missing
from localcloud.engines.catalog import ENGINES
from localcloud.engines.servers import Servers
from localcloud.layout import Layout
from stacks import pending_migrations as postponed
from stacks.deployment_target import DeploymentTarget
from stacks.migrations import MigrationError, MigrationTask, aws_clients, migration_hook

PLAN = MigrationPlan(command=["python", "-m", "orders.migrate"], directory="migrations")
LOCAL = DeploymentTarget(environment="local", account="000000000000", region="eu-west-1")
INPUTS = {
    "cluster": "arn:cluster",
    "taskDefinition": "arn:definition:7",
    "networkConfiguration": {"subnets": ["a", "b"], "securityGroups": ["sg"]},
}


class NoStreamError(Exception):
    pass


class Cloud:
    """ECS, Secrets Manager and Logs, as far as a migration meets them."""

    class exceptions:  # noqa: N801 - botocore's name for it
        ResourceNotFoundException = NoStreamError

    def __init__(self):
        self.ran = []
        self.addresses = []
        self.statuses = ["PENDING", "RUNNING", "STOPPED"]
        self.exit_code = 0
        self.rotated = [None, 1.0]
        self.failures = []
        self.stopped = None
        self.lines = ["applying 0001", "relation exists"]

    def __call__(self, service):
        return self

    def describe_task_definition(self, taskDefinition):
        container = {
            "name": "main",
            "environment": [
                {"name": "LOG_LEVEL", "value": "INFO"},
                {"name": "LEDGER_SECRET_ARN", "value": "arn:secret"},
                *self.addresses,
            ],
            "logConfiguration": {
                "options": {"awslogs-group": "group", "awslogs-stream-prefix": "main"}
            },
        }
        return {"taskDefinition": {"containerDefinitions": [container]}}

    def describe_secret(self, SecretId):
        assert SecretId == "arn:secret"
        if self.rotated is None:
            return {"RotationEnabled": True}  # by RDS, which has no function for it
        rotated = self.rotated.pop(0) if len(self.rotated) > 1 else self.rotated[0]
        return {"RotationLambdaARN": "arn:rotation", "LastRotatedDate": rotated}

    def run_task(self, **request):
        self.ran.append(request)
        if self.failures:
            return {"tasks": [], "failures": self.failures}
        return {"tasks": [{"taskArn": "arn:task/cluster/abc"}], "failures": []}

    def describe_tasks(self, cluster, tasks):
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        containers = [{"exitCode": self.exit_code}]
        task = {"lastStatus": status, "containers": containers, "stoppedReason": self.stopped}
        return {"tasks": [task]}

    def get_log_events(self, logGroupName, logStreamName, limit):
        assert (logGroupName, logStreamName) == ("group", "main/main/abc")
        if self.lines is None:
            raise NoStreamError
        return {"events": [{"message": line} for line in self.lines]}


@pytest.fixture(autouse=True)
def layout(tmp_path, monkeypatch):
    monkeypatch.setenv("BULKHEAD_HOME", str(tmp_path))
    return Layout(tmp_path)


@pytest.fixture
def cloud():
    return Cloud()


@pytest.fixture
def task(cloud):
    minutes = itertools.count(step=60)
    return MigrationTask("orders", PLAN, cloud, pause=lambda _: None, clock=lambda: next(minutes))


def test_migrations_run_in_the_image_and_network_of_the_new_tasks(cloud, task):
    task.run(INPUTS)

    [request] = cloud.ran
    assert request["taskDefinition"] == "arn:definition:7"
    assert request["networkConfiguration"]["awsvpcConfiguration"] == {
        "subnets": ["a", "b"],
        "securityGroups": ["sg"],
        "assignPublicIp": "DISABLED",
    }
    assert request["overrides"]["containerOverrides"] == [
        {
            "name": "main",
            "command": ["python", "-m", "orders.migrate"],
            "environment": [{"name": "MIGRATIONS_DIRECTORY", "value": "migrations"}],
        }
    ]


def test_migrations_reach_the_database_itself_and_not_its_proxy(cloud, task):
    addresses = {
        "LEDGER_HOST": "proxy",
        "LEDGER_PORT": "5432",
        "LEDGER_DIRECT_HOST": "database",
        "LEDGER_DIRECT_PORT": "5433",
        "NO_DIRECT_ROUTE": "a variable of another kind",
    }
    cloud.addresses = [{"name": name, "value": value} for name, value in addresses.items()]

    task.run(INPUTS)

    [container] = cloud.ran[0]["overrides"]["containerOverrides"]
    assert container["environment"] == [
        {"name": "MIGRATIONS_DIRECTORY", "value": "migrations"},
        {"name": "LEDGER_HOST", "value": "database"},
        {"name": "LEDGER_PORT", "value": "5433"},
    ]


def test_a_failing_migration_stops_the_deployment_with_its_last_lines(cloud, task):
    cloud.exit_code = 3

    with pytest.raises(MigrationError) as caught:
        task.run(INPUTS)

    assert "The migrations of orders failed (exit code 3)" in str(caught.value)
    assert "applying 0001\nrelation exists" in str(caught.value)


def test_the_cause_of_a_failing_migration_is_told_once(cloud, task):
    cloud.exit_code = 3
    cloud.stopped = "Essential container in task exited\nIts last log lines:\nrelation exists"

    with pytest.raises(MigrationError) as caught:
        task.run(INPUTS)

    assert "failed (Essential container in task exited); its new tasks" in str(caught.value)
    assert str(caught.value).count("relation exists") == 1


def test_a_migration_without_output_is_told_as_such(cloud, task):
    cloud.exit_code = 1
    cloud.lines = None

    with pytest.raises(MigrationError, match=r"\(no output in main/main/abc\)"):
        task.run(INPUTS)


def test_a_task_that_cannot_start_is_told_with_the_reason(cloud, task):
    cloud.failures = [{"reason": "RESOURCE:MEMORY"}]

    with pytest.raises(MigrationError, match="could not be started: RESOURCE:MEMORY"):
        task.run(INPUTS)


def test_migrations_wait_for_the_first_password(cloud, task):
    cloud.rotated = [None, None, 1.0]

    task.run(INPUTS)

    assert len(cloud.ran) == 1


def test_a_password_that_never_comes_is_told_with_where_to_look(cloud, task):
    cloud.rotated = [None]

    with pytest.raises(MigrationError, match=r"log group of the function credentials-rotation"):
        task.run(INPUTS)

    assert cloud.ran == []


def test_a_migration_that_never_ends_stops_the_deployment(cloud, task):
    cloud.statuses = ["RUNNING"]

    with pytest.raises(MigrationError, match="still run after 1800 seconds"):
        task.run(INPUTS)


def _arguments(old, new):
    return pulumi.ResourceHookArgs("urn", "id", "name", "type", new_inputs=new, old_inputs=old)


def test_an_update_without_new_code_migrates_nothing(build, monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    hooks = []

    build(lambda: hooks.append(migration_hook("orders", PLAN, LOCAL)))

    assert hooks[0](_arguments(INPUTS, {**INPUTS, "desiredCount": 5})) is None


def test_new_code_migrates_before_it_runs(build, monkeypatch, cloud):
    monkeypatch.setattr("stacks.migrations.aws_clients", lambda target: cloud)
    cloud.rotated, cloud.statuses = [1.0], ["STOPPED"]

    build(lambda: migration_hook("orders", PLAN, LOCAL)(_arguments(None, INPUTS)))

    assert len(cloud.ran) == 1


def test_the_stack_local_never_asks_an_account_to_migrate(monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    with pytest.raises(MigrationError, match="AWS_ENDPOINT_URL is not set"):
        aws_clients(LOCAL)


def test_one_client_of_a_service_is_enough(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")

    clients = aws_clients(LOCAL)

    assert clients("ecs") is clients("ecs")
    assert clients("ecs").meta.endpoint_url == "http://127.0.0.1:1"


def test_seeds_run_as_migrations_do_under_their_own_name(cloud):
    seeds = MigrationTask("orders", PLAN, cloud, pause=lambda _: None, what="seeds")
    cloud.exit_code = 3

    with pytest.raises(MigrationError, match=r"^The seeds of orders failed \(exit code 3\)\. The"):
        seeds.run(INPUTS)

    [override] = cloud.ran[0]["overrides"]["containerOverrides"]
    assert override["environment"][0] == {"name": "SEEDS_DIRECTORY", "value": "migrations"}


def test_migrations_do_not_wait_for_a_secret_of_the_services_own(cloud, task):
    cloud.rotated = None

    task.run(INPUTS)

    assert len(cloud.ran) == 1


def test_without_the_engine_of_its_database_a_service_migrates_at_a_later_up(
    build, monkeypatch, cloud, layout, tmp_path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("stacks.migrations.aws_clients", lambda target: cloud)
    cloud.rotated, cloud.statuses = [1.0], ["STOPPED"]
    Servers(layout).create("memcached", "ledger", {}, service="orders")

    build(lambda: migration_hook("orders", PLAN, LOCAL)(_arguments(None, INPUTS)))
    before = (list(cloud.ran), off.read(layout)["orders"])
    (tmp_path / "memcached").touch(mode=0o755)
    missing.refresh(layout)
    waiting = off.read(layout)["orders"]
    postponed.run(layout, "orders", cloud)
    missing.refresh(layout)

    assert before == ([], f"off: needs memcached: {ENGINES['memcached'].how_to_get}")
    assert waiting == "off: needs its migrations: run bulkhead up"
    [overrides] = cloud.ran[0]["overrides"]["containerOverrides"]
    assert overrides["command"] == PLAN.command
    assert (pending_migrations.read(layout), dict(off.read(layout))) == ({}, {})
