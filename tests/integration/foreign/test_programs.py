"""Programs that strangers wrote run on the local cloud by the commands of the page about them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import boto3
import psycopg
import pytest

from localcloud.layout import ROOT
from tests.integration.docs.test_readme import blocks

pytestmark = pytest.mark.integration

PROGRAMS = Path(__file__).parent / "programs"
PAGE = ROOT / "docs" / "foreign-programs.md"
TOOLS = Path(sys.executable).parent
COMMANDS = [one.commands for one in blocks(PAGE) if "tested" in one.marks]
UP, STEADY, STATUS, DOWN, PREVIEW = COMMANDS
MARK = "-- result --"


class Shell:
    """Runs commands in the folder of a program, as a person types them."""

    def __init__(self, folder, home):
        self.folder, self.home = folder, home
        kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        path = os.pathsep.join([str(TOOLS), os.environ["PATH"]])
        self._environment = kept | {"BULKHEAD_HOME": str(home), "PATH": path}

    def __call__(self, commands, *, code=0):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def with_pulumi(self, commands, *, code=0):
        """Run *commands* behind the first line of the page."""
        return self(f"{UP.splitlines()[0]}\n{commands}", code=code)

    def outputs(self, commands=""):
        """Run *commands*, and return the outputs of the stack."""
        show = "pulumi stack output --json --show-secrets 2>&-"
        said = self(f"{commands or UP.splitlines()[0]}\necho '{MARK}'\n{show}")
        return json.loads(said.rpartition(MARK)[2])

    def url(self, name):
        return self(f"bulkhead url '{name}'").strip()

    def client(self, service):
        ports = json.loads((self.home / "ports.json").read_text())
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        endpoint = f"http://127.0.0.1:{ports['aws']}"
        return boto3.client(service, endpoint_url=endpoint, region_name="eu-west-1", **keys)


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A local cloud that runs nothing else."""
    folder = tmp_path_factory.mktemp("foreign") / "home"
    yield folder
    Shell(folder.parent, folder)("bulkhead destroy || bulkhead destroy --force")


@pytest.fixture
def shell(home, tmp_path):
    """Copy a program, and return a shell in its folder."""

    def copied(name):
        shutil.copytree(PROGRAMS / name, tmp_path / name)
        return Shell(tmp_path / name, home)

    return copied


def fetch(url):
    """Return the status and the text of an answer."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def steady(program):
    """Deploy *program*, see that it stays as it is, also after a refresh; return its outputs."""
    return program.outputs(UP + STEADY + STEADY)


def gone(program):
    """Destroy *program*, and see that nothing of it is left."""
    said = program.with_pulumi(f"{DOWN}echo '{MARK}'\npulumi stack export")
    assert not json.loads(said.rpartition(MARK)[2])["deployment"].get("resources")


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


def write(folder, program):
    """Write a program, and return a shell's folder."""
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: settings\nruntime: python\n")
    (folder / "__main__.py").write_text(program)
    return folder


SETTINGS = """
import pulumi
from pulumi_aws import sqs

config = pulumi.Config()
sqs.Queue("jobs", name=config.require("queue"))
pulumi.export("word", config.require_secret("word"))
"""


def test_a_copy_in_another_folder_has_a_stack_and_settings_of_its_own(home, tmp_path):
    shells = {
        name: Shell(write(tmp_path / name / "same", SETTINGS), home) for name in ("first", "second")
    }
    for name, shell in shells.items():
        shell.with_pulumi(
            f"pulumi config set queue {name}\npulumi config set --secret word w-{name}"
        )
        outputs = shell.outputs(UP)
        state = shell.with_pulumi("pulumi stack export")

        assert outputs == {"word": f"w-{name}"}
        assert f"w-{name}" not in state + (shell.folder / "Pulumi.local.yaml").read_text()

    queues = shells["first"].client("sqs").list_queues()["QueueUrls"]
    assert {"first", "second"} <= {url.rpartition("/")[2] for url in queues}
    for shell in shells.values():
        gone(shell)


RECORDED = """
from pulumi_aws import xray

xray.Group("slow", group_name="slow", filter_expression="responsetime > 5")
"""


def test_a_type_that_is_not_emulated_is_refused_or_recorded(home, tmp_path):
    shell = Shell(write(tmp_path / "traces", RECORDED), home)

    said = shell(UP, code=1)
    (shell.folder / "recorded.yaml").write_text("aws:xray/group:Group: nothing reads it here\n")
    steady(shell)
    status = shell(STATUS)

    assert "aws:xray/group:Group is not supported by the local cloud" in said
    assert "Recorded only, without a backend:\n  aws:xray/group:Group slow" in status
    gone(shell)


def test_a_provider_that_needs_more_is_refused_with_what_it_needs(home, tmp_path):
    program = 'import pulumi_docker\npulumi_docker.RemoteImage("web", name="nginx:latest")\n'
    shell = Shell(write(tmp_path / "image", program), home)

    said = shell.with_pulumi("pulumi preview", code=1)

    assert 'the provider "docker" needs a container engine' in said


def test_the_rules_judge_a_program_unless_they_are_left_out(home, tmp_path):
    program = "from pulumi_aws import sqs\nsqs.Queue('jobs')\n"
    shell = Shell(write(tmp_path / "judged", program), home)

    said = shell(UP.replace(" --no-policies", ""), code=1)

    assert "sqs-encrypted" in said
    assert "required-tags" in said


DYNAMIC = """
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class Doubling(ResourceProvider):
    def create(self, props):
        return CreateResult(id_="doubled", outs={"value": props["value"] * 2})


class Doubled(Resource):
    value: pulumi.Output[float]


pulumi.export("value", Doubled(Doubling(), "one", {"value": 21}).value)
"""


def test_a_provider_that_the_program_defines_runs(home, tmp_path):
    shell = Shell(write(tmp_path / "dynamic", DYNAMIC), home)

    assert shell.outputs(UP) == {"value": 42}
    gone(shell)
