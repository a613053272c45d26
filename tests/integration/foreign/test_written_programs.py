"""Settings, refusals and rules of programs that strangers write."""

from __future__ import annotations

import pytest

from tests.integration.foreign.shell import STATUS, UP, Shell, gone, steady

pytestmark = pytest.mark.integration


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


INDEX = "aws:location/placeIndex:PlaceIndex"
RECORDED = """
from pulumi_aws import location

location.PlaceIndex("slow", index_name="slow", data_source="Esri")
"""


def test_a_type_that_is_not_emulated_is_refused_or_recorded(home, tmp_path):
    shell = Shell(write(tmp_path / "traces", RECORDED), home)

    said = shell(UP, code=1)
    (shell.folder / "recorded.yaml").write_text(
        "aws:location/placeIndex:PlaceIndex: nothing reads it here\n"
    )
    steady(shell)
    status = shell(STATUS)

    assert f"{INDEX} is not supported by the local cloud" in said
    assert f"Recorded only, without a backend:\n  {INDEX} slow" in status
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
