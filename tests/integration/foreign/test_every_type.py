"""A program with every type of the SDK previews."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud.provider import sdk
from localcloud.provider.table import table
from localcloud.provider.values import UNKNOWN
from tests.localcloud.provider.test_generic import every_type, sample

pytestmark = pytest.mark.integration

PROGRAM = """
import json
from pathlib import Path

import pulumi
from pulumi_aws import sqs

UNKNOWN = {unknown!r}
queue = sqs.Queue("unknown")  # a preview knows none of its outputs


def value(found):
    if found == UNKNOWN:
        return queue.url
    if isinstance(found, dict):
        return {{key: value(item) for key, item in found.items()}}
    return [value(item) for item in found] if isinstance(found, list) else found


for number, (token, inputs) in enumerate(json.loads(Path("types.json").read_text()).items()):
    pulumi.CustomResource(token, f"resource-{{number}}", value(inputs))
"""


def inputs_of(token):
    """Return what *token* requires; where our row knows more of its values, they are unknown."""
    declared = sdk.declared(token)
    row = table().rows.get(token)
    if row is None:
        return {key: sample(declared.inputs[key]) for key in declared.required}
    failures = row.check({}) if row.check else ()
    either = {failure.property for failure in failures if "set it, or" in failure.reason}
    return dict.fromkeys(declared.required | either, UNKNOWN)


def test_a_program_with_every_type_previews(tmp_path):
    types = {token: inputs_of(token) for token in every_type()}
    (tmp_path / "Pulumi.yaml").write_text("name: everything\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM.format(unknown=UNKNOWN))
    (tmp_path / "types.json").write_text(json.dumps(types))
    command = [Path(sys.executable).with_name("bulkhead"), "preview", "all"]

    done = subprocess.run(
        [*command, "--program", tmp_path, "--no-policies"],
        env=os.environ | {"BULKHEAD_HOME": str(tmp_path / "home")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"all would have {len(types) + 1} AWS resources" in done.stdout
    assert len(types) > 1_700
