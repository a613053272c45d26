"""What the provider learns of the program that an engine runs: its SDK, and whether it previews."""

from __future__ import annotations

import contextlib
import json
import shutil

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from localcloud.engine import programs
from localcloud.engine.programs import Program
from localcloud.layout import Layout
from localcloud.provider import installations
from localcloud.provider.server import ProviderSettings, start
from localcloud.provider.values import to_struct
from tests.localcloud.provider.stage import Stage

INDEX = "aws:location/placeIndex:PlaceIndex"
INDEX_INPUTS = {"indexName": "slow", "dataSource": "Esri"}
QUEUE = "aws:sqs/queue:Queue"
ENGINE = "127.0.0.1:4711"
MAJOR = installations.own().version.partition(".")[0]


def other_sdk(folder, version, changed):
    """Write a pulumi_aws of another *version* into the environment *folder*, and return that.

    *changed* is file -> (text, replacement).
    """
    own = installations.own().folder
    package = folder / "lib" / "python3.12" / "site-packages" / "pulumi_aws"
    package.mkdir(parents=True)
    (package / installations.PLUGIN).write_text(json.dumps({"version": version}))
    for file, (old, new) in changed.items():
        text = (own / file).read_text()
        assert old in text
        shutil.copytree((own / file).parent, (package / file).parent)
        (package / file).write_text(text.replace(old, new))
    return str(folder)


@pytest.fixture
def connect(tmp_path, cloud):
    """Connect to a provider as the engine of a program."""
    opened = []
    home = Layout(tmp_path / "home")

    def connected(program, mode="live"):
        settings = ProviderSettings(layout=home, port=0, mode=mode)
        server, port = start(settings, cloud)
        opened.append(lambda: server.stop(grace=None).wait())
        running = contextlib.ExitStack()
        running.enter_context(programs.running(home, ENGINE, program))
        opened.append(running.close)
        found = Stage(port, config={"region": "eu-west-1"}, engine_address=ENGINE)
        opened.append(found.close)
        return found

    yield connected
    for close in reversed(opened):
        close()


def program(tmp_path, environment="", *, preview=False):
    return Program(str(tmp_path), environment, preview)


def refused(call):
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value.details()


def check_config(stage, inputs):
    """Configure a provider as the engine does, with the version that the SDK sends."""
    urn = stage.urn("pulumi:providers:aws", "default")
    return stage.provider.CheckConfig(provider_pb2.CheckRequest(urn=urn, news=to_struct(inputs)))


def test_an_update_refuses_an_unsupported_type_before_it_changes_anything(connect, tmp_path):
    stage = connect(program(tmp_path))

    assert f"{INDEX} is not supported by the local cloud" in refused(
        lambda: stage.check(INDEX, INDEX_INPUTS)
    )


def test_a_preview_accepts_an_unsupported_type(connect, tmp_path):
    stage = connect(program(tmp_path, preview=True))

    assert stage.check(INDEX, INDEX_INPUTS)[1] == {}


def test_a_type_is_read_from_the_sdk_of_the_program(connect, tmp_path):
    changed = {"location/place_index.py": ('name="dataSource"', 'name="dataText"')}
    newer = other_sdk(tmp_path / "venv", f"{MAJOR}.999.0", changed)
    other = connect(program(tmp_path, newer), mode="plan")

    assert other.check(INDEX, {"indexName": "slow", "dataText": "Esri"})[1] == {}
    assert other.check(INDEX, INDEX_INPUTS)[1]["dataSource"] == (
        f"is not an input of {INDEX}: remove it"
    )


def test_an_input_that_only_a_newer_sdk_has_is_refused_in_an_update(connect, tmp_path):
    changed = {"sqs/queue.py": ('name="fifoThroughputLimit"', 'name="throughput"')}
    newer = other_sdk(tmp_path / "venv", f"{MAJOR}.999.0", changed)

    plan = connect(program(tmp_path, newer), mode="plan")
    live = connect(program(tmp_path, newer))

    inputs = {"throughput": "perQueue"}
    assert plan.check(QUEUE, inputs)[1] == {}
    assert "is not supported by the local cloud" in live.check(QUEUE, inputs)[1]["throughput"]


@pytest.mark.parametrize("by_environment", [True, False])
def test_another_major_version_is_refused_by_name(connect, tmp_path, by_environment):
    older = other_sdk(tmp_path / "venv", "6.83.0", {})
    stage = connect(program(tmp_path, older if by_environment else ""))

    said = refused(lambda: check_config(stage, {} if by_environment else {"version": "6.83.0"}))

    assert said == (
        f"the program uses pulumi_aws 6.83.0, whose types differ from those of "
        f"{installations.own().version} that this provider serves: install `pulumi-aws=={MAJOR}.*` "
        f"in the program's environment"
    )


def test_an_environment_without_the_sdk_uses_the_one_installed_here(tmp_path):
    assert installations.of_environment(str(tmp_path)) is installations.own()
