"""The artifacts of the whole shop."""

import ast
import hashlib
import json
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from builders.build import build
from ops.artifacts import sources

ELF_ARM_64 = 183
"""`e_machine` of an ELF file for 64-bit Arm."""


@pytest.mark.integration
def test_the_shop_is_built_whole(built):
    assert {"catalog", "credentials-rotation", "notifications"} <= set(built["functions"])
    assert "orders" in built["images"]
    for function in built["functions"].values():
        content = Path(function["archive"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == function["sha256"]


@pytest.mark.integration
def test_a_build_of_what_is_built_costs_next_to_nothing(built, artifacts):
    began = time.perf_counter()
    build("local", sources(), artifacts)

    assert time.perf_counter() - began < 0.3


@pytest.mark.integration
def test_the_archives_for_accounts_hold_no_file_of_another_platform(artifacts):
    made = json.loads(build("prod", sources(), artifacts).read_text())

    for function in made["functions"].values():
        with zipfile.ZipFile(function["archive"]) as found:
            names = found.namelist()
            native = [name for name in names if name.endswith((".so", ".pyc", ".dylib"))]
            assert [name for name in native if not _is_for_arm(found.read(name))] == []


def _is_for_arm(binary):
    """Say whether *binary* is an ELF file for 64-bit Arm: wheels of the stable ABI have no name."""
    return binary[:4] == b"\x7fELF" and int.from_bytes(binary[18:20], "little") == ELF_ARM_64


@pytest.mark.integration
def test_an_image_on_this_machine_runs_without_the_platform(built, artifacts):
    digest = built["images"]["orders"]["digest"].removeprefix("sha256:")
    about = json.loads((artifacts / "images" / digest / "image.json").read_text())

    found = subprocess.run(
        [about["python"], "-c", "import kit, orders.app, sys; print(sys.path)"],
        cwd=about["directory"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert about["service"] == "orders"
    assert not [path for path in ast.literal_eval(found) if "/.venv/" in path]
