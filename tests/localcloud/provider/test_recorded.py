"""Types that `recorded.yaml` beside the program names."""

from __future__ import annotations

import re
from types import SimpleNamespace

import grpc
import pytest

from localcloud.provider import made_up
from localcloud.provider.modes import resources
from localcloud.provider.row import Mode
from localcloud.provider.server import ProviderSettings, start
from localcloud.provider.values import Secret, unwrap_secrets
from tests.localcloud.provider.stage import Stage

GROUP = "aws:xray/group:Group"
JOB = "aws:glue/job:Job"
INPUTS = {
    "name": "nightly",
    "roleArn": "arn:aws:iam::000000000000:role/jobs",
    "command": {"scriptLocation": "s3://jobs/nightly.py", "pythonVersion": "3"},
    "defaultArguments": {"--language": "python"},
    "connections": ["ledger"],
    "maxRetries": 0,
    "securityConfiguration": Secret("hidden"),
    "tags": {"team": "data"},
}


@pytest.fixture
def program(tmp_path):
    """The folder of a program, below that of its Pulumi.yaml."""
    (tmp_path / "Pulumi.yaml").write_text("name: other\n")
    (tmp_path / "infra").mkdir()
    return tmp_path


@pytest.fixture
def connect(program, layout, cloud):
    """Write recorded.yaml, start a provider for the program and connect to it."""
    opened = []

    def connected(text):
        (program / "recorded.yaml").write_text(text)
        settings = ProviderSettings(
            layout=layout, port=0, mode="live", project_directory=program / "infra"
        )
        server, port = start(settings, cloud)
        opened.append(lambda: server.stop(grace=None).wait())
        found = Stage(port, config={"region": "eu-west-1"})
        opened.append(found.close)
        return found

    yield connected
    for close in reversed(opened):
        close()


def test_a_named_type_is_recorded_and_stays_as_it_is(connect):
    stage = connect(f"{JOB}: jobs do not run here\n")

    made = stage.create(JOB, INPUTS, name="nightly")
    stage = connect(f"{JOB}: jobs do not run here\n")  # as after a restart
    found = stage.read(made)
    unchanged = stage.diff(made, stage.changed(made, {}))

    assert made.id == "nightly"
    assert made.outputs["arn"] == "arn:aws:glue:eu-west-1:000000000000:job/nightly"
    assert made.outputs["tagsAll"] == {"team": "data"}
    assert isinstance(made.outputs["securityConfiguration"], Secret)
    assert unwrap_secrets(found.outputs) == unwrap_secrets(made.outputs)
    assert unwrap_secrets(found.inputs) == unwrap_secrets(made.inputs)
    assert unchanged.changes == unchanged.DIFF_NONE


def test_a_recorded_object_is_updated_replaced_by_another_name_and_deleted(connect):
    stage = connect(f"{JOB}: jobs do not run here\n")
    made = stage.create(JOB, INPUTS, name="nightly")

    news = stage.changed(made, {"maxRetries": 2, "connections": None})
    seen = stage.diff(made, news)
    updated = stage.update(made, news)
    renamed = stage.diff(updated, stage.changed(updated, {"name": "daily"}))

    assert (sorted(seen.diffs), list(seen.replaces)) == (["connections", "maxRetries"], [])
    assert updated.outputs["maxRetries"] == 2
    assert "connections" not in updated.outputs
    assert updated.outputs["arn"] == made.outputs["arn"]
    assert list(renamed.replaces) == ["name"]
    stage.delete(updated)


def test_an_object_that_is_no_longer_named_can_be_refreshed_and_deleted_only(connect):
    made = connect(f"{JOB}: jobs do not run here\n").create(JOB, INPUTS, name="nightly")
    stage = connect("")

    with pytest.raises(grpc.RpcError) as caught:
        stage.update(made, stage.changed(made, {"maxRetries": 2}))

    assert f"{JOB} is not supported by the local cloud" in caught.value.details()
    assert stage.read(made) is not None
    stage.delete(made)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"- {JOB}\n", "recorded.yaml is not a map: write `<type>: <reason>` on each line"),
        (f"{JOB}:\n", f"recorded.yaml has no reason for {JOB}: write `{JOB}: <reason>`"),
        ("a: [\n", "recorded.yaml beside Pulumi.yaml is not valid YAML"),
        ("aws:glue/jobb:Jobb: unused\n", "aws:glue/jobb:Jobb is not a type of pulumi_aws"),
        (
            "aws:sqs/queue:Queue: unused\n",
            "recorded.yaml names aws:sqs/queue:Queue, which the local cloud supports: remove",
        ),
    ],
)
def test_a_file_that_says_nothing_useful_is_refused_before_anything_is_made(connect, text, reason):
    with pytest.raises(grpc.RpcError) as caught:
        connect(text)

    assert reason in caught.value.details()


@pytest.mark.parametrize(
    ("type_", "id_"),
    [
        (GROUP, r"arn:aws:xray:eu-west-1:000000000000:group/mine/[0-9a-f]{17}"),
        ("aws:fsx/openZfsVolume:OpenZfsVolume", "fsvol-[0-9a-f]{17}"),
        ("aws:waf/webAcl:WebAcl", "[0-9a-f]{8}-[0-9a-f]{4}-.*"),
        ("aws:resourcegroups/group:Group", "mine"),
        ("aws:scheduler/schedule:Schedule", "[0-9a-f]{17}"),
        ("aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration", "arn:aws:chatbot::0.*"),
    ],
)
def test_an_id_has_the_form_of_its_type(type_, id_):
    places = {"partition": "aws", "region": "eu-west-1", "account": "000000000000", "name": "slow"}
    context = SimpleNamespace(type=type_, inputs={"name": "mine"}, **places)

    found = made_up.id_of(context)

    assert re.fullmatch(id_, found), found


def test_two_objects_without_a_name_have_two_ids():
    places = {"partition": "aws", "region": "eu-west-1", "account": "000000000000", "name": "slow"}
    context = SimpleNamespace(type=GROUP, inputs={}, **places)

    assert made_up.id_of(context) != made_up.id_of(context)


def test_status_counts_a_recorded_object():
    urn = f"urn:pulumi:local::other::{JOB}::nightly"

    [found] = resources({"deployment": {"resources": [{"urn": urn, "type": JOB}]}})

    assert (found.name, found.mode) == ("nightly", Mode.RECORDED)
