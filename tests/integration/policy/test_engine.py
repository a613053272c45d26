"""The packs in the real engine, and the offline check on what the engine writes."""

import json
import os
import subprocess
import sys
from concurrent import futures

import grpc
import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import provider_pb2_grpc

from localcloud.engine.ensure import ensure
from localcloud.layout import ROOT, Layout
from localcloud.provider.cloud import Cloud
from localcloud.provider.server import ProviderSettings
from localcloud.provider.servicer import Servicer
from ops import plan, wrapper

pytestmark = pytest.mark.integration

QUEUE = "aws:sqs/queue:Queue"
PROGRAM = """
import pulumi, pulumi_aws as aws
aws.sqs.Queue("orders", name="orders", visibility_timeout_seconds=30)
"""
DEPLOYED = """
import pulumi

class Queue(pulumi.ComponentResource):
    def __init__(self, name, props):
        super().__init__("aws:sqs/queue:Queue", name, props)

Queue("orders", {"sqsManagedSseEnabled": False})
Queue("hidden", {"sqsManagedSseEnabled": pulumi.Output.secret(False)})
"""
NOWHERE = "http://127.0.0.1:1"


class Recording(Servicer):
    """The provider in plan mode, which remembers what the engine asks it to make."""

    def __init__(self, layout):
        super().__init__(
            ProviderSettings(layout=layout, port=0, mode="plan", project_directory=layout.home),
            Cloud(NOWHERE),
        )
        self.made = {}

    def Create(self, request, context):  # noqa: N802 - as gRPC calls it
        self.made[request.urn] = json_format.MessageToDict(request.properties)
        return super().Create(request, context)


@pytest.fixture(scope="module")
def engine():
    """Find the engine; where only Go is there, this builds it."""
    return ensure()


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path / "home")


@pytest.fixture
def provider(layout):
    """Serve the recording provider, and give it with its port."""
    recording = Recording(layout)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(recording, server)
    recording.port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield recording
    server.stop(grace=None).wait()


@pytest.fixture
def pulumi(tmp_path, layout, engine, provider):
    """Run Pulumi on a project of one file; the packs are named by the caller."""
    project = tmp_path / "project"
    project.mkdir()
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(ROOT / ".venv")}}
    (project / "Pulumi.yaml").write_text(json.dumps({"name": "shop", "runtime": runtime}))
    (project / "__main__.py").write_text(PROGRAM)
    wrapper.write(layout, engine, root=project)
    made = plan.environment(layout, engine, f"aws:{provider.port}", tmp_path / "none.json", "dev")
    variables = made.over(os.environ)
    for name in ("PULUMI_OPTION_POLICY_PACK", "PULUMI_OPTION_POLICY_PACK_CONFIG"):
        variables.pop(name)

    def run(*words):
        return subprocess.run(
            [engine.cli, "--non-interactive", *words],
            cwd=project,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    run.project = project
    begun = run("stack", "init", "dev")
    assert begun.returncode == 0, begun.stderr
    return run


@pytest.fixture
def settings(tmp_path):
    """Write a settings file that asks *chosen* alone."""

    def write(chosen):
        path = tmp_path / "settings.json"
        path.write_text(json.dumps({"all": "disabled", **chosen}))
        return str(path)

    return write


def check(*words):
    done = subprocess.run(
        [sys.executable, "-m", "policy", "check", *words, "--format", "json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


def pack(name, config):
    folder = str(ROOT / "policy" / "packs" / name)
    return ["--policy-pack", folder, "--policy-pack-config", config]


@pytest.mark.parametrize("name", ["all", "security"])
def test_the_engine_sends_the_provider_what_a_remediation_changed(pulumi, provider, settings, name):
    mended = settings({"sqs-encrypted": {"enforcementLevel": "remediate"}})

    done = pulumi("preview", *pack(name, mended))

    assert done.returncode == 0, done.stdout + done.stderr
    [made] = [props for urn, props in provider.made.items() if QUEUE in urn]
    assert made["sqsManagedSseEnabled"] is True
    assert made["visibilityTimeoutSeconds"] == 30


def test_without_remediation_the_engine_refuses_what_the_program_wrote(pulumi, provider, settings):
    refused = settings({"sqs-encrypted": "mandatory"})

    done = pulumi("preview", *pack("all", refused))

    assert done.returncode != 0
    assert "[mandatory]" in done.stdout
    assert "The SQS queue 'orders' must encrypt its messages" in done.stdout
    [made] = [props for urn, props in provider.made.items() if QUEUE in urn]
    assert "sqsManagedSseEnabled" not in made


def test_a_level_for_all_and_a_parameter_reach_the_rules_through_the_engine(pulumi, settings):
    chosen = settings({"all": "advisory", "required-tags": {"requiredTags": ["colour"]}})

    done = pulumi("preview", *pack("audit", chosen))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "must have the tags colour" in done.stdout
    assert "[mandatory]" not in done.stdout


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"sqs-encryptd": "advisory"}, "there is no rule 'sqs-encryptd'"),
        ({"required-tags": {"requiredTags": "colour"}}, "required-tags: requiredTags"),
        ({"required-tags": {"requiredTag": ["colour"]}}, "there is no parameter 'requiredTag'"),
        (
            {"settings": {"exemptions": [{"rule": "sqs-encrypted"}]}},
            "exemptions.0: reason is required",
        ),
    ],
)
def test_a_wrong_configuration_stops_the_engine_with_one_message(pulumi, settings, chosen, said):
    done = pulumi("preview", *pack("all", settings(chosen)))

    assert done.returncode != 0
    assert said in done.stdout + done.stderr


def test_the_offline_check_finds_in_a_preview_what_the_engine_finds(pulumi, settings, tmp_path):
    chosen = settings({"sqs-encrypted": "mandatory"})
    preview = tmp_path / "preview.json"
    preview.write_text(pulumi("preview", "--json", "--show-sames").stdout)

    code, report = check(str(preview), "--settings", chosen)

    assert code == 1
    [found] = report["findings"]
    assert (found["rule"], found["name"]) == ("sqs-encrypted", "orders")
    assert preview.read_text().splitlines()[found["line"] - 1].strip().startswith('"urn"')


def test_the_offline_check_reads_the_state_of_a_stack(pulumi, settings, tmp_path):
    (pulumi.project / "__main__.py").write_text(DEPLOYED)
    done = pulumi("up", "--yes", "--skip-preview")
    assert done.returncode == 0, done.stdout + done.stderr
    chosen = settings({"sqs-encrypted": "mandatory"})
    state, shown = tmp_path / "state.json", tmp_path / "shown.json"
    state.write_text(pulumi("stack", "export").stdout)
    shown.write_text(pulumi("stack", "export", "--show-secrets").stdout)

    _, report = check(str(state), "--settings", chosen)
    _, open_report = check(str(shown), "--settings", chosen)

    assert [one["name"] for one in report["findings"]] == ["orders"]
    assert sorted(one["name"] for one in open_report["findings"]) == ["hidden", "orders"]
