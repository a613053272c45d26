"""Which rules a pack has, and that each pack starts on its own."""

import os
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2_grpc

from policy.packs import PURPOSES, VERSION, Pack, rules_of
from policy.rules import all_rules

FOLDER = Path(__file__).parents[3] / "policy" / "packs"


def test_every_rule_is_in_exactly_one_of_the_four_packs():
    by_pack = [one.name for pack in Pack for one in rules_of(pack)]

    assert sorted(by_pack) == [one.name for one in all_rules()]


def test_every_pack_has_rules_and_a_purpose():
    assert all(rules_of(pack) and PURPOSES[pack] for pack in Pack)


@pytest.mark.parametrize("folder", [*Pack, "all"])
def test_a_pack_starts_alone_in_its_own_folder_and_tells_its_rules(folder, tmp_path):
    pack = FOLDER / folder
    about = yaml.safe_load((pack / "PulumiPolicy.yaml").read_text())
    bare = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}

    with subprocess.Popen(
        [sys.executable, str(pack)], cwd=tmp_path, env=bare, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            port = process.stdout.readline().strip()
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                info = analyzer_pb2_grpc.AnalyzerStub(channel).GetAnalyzerInfo(empty_pb2.Empty())
        finally:
            process.kill()

    packs = list(Pack) if folder == "all" else [Pack(folder)]
    assert [one.name for one in info.policies] == ["settings", *names(*packs)]
    assert info.name == ("bulkhead" if folder == "all" else f"bulkhead-{folder}")
    assert info.version == about["version"] == VERSION


def names(*packs):
    return [one.name for one in rules_of(*packs)]
