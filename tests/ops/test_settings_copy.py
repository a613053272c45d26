"""The copy of the settings that a preview works on."""

import pytest
import yaml

from ops.errors import CommandError
from ops.settings_copy import copy, known_environments, require_known, without_secrets

PROJECT = """
name: shop
runtime: {name: python, options: {toolchain: pip, virtualenv: .venv}}
"""
SETTINGS = """
encryptionsalt: v1:abc
secretsprovider: awskms://alias/x
encryptedkey: xyz
config:
  shop:account: "000000000000"
  shop:key: {secure: v1:123}
  shop:nested: {list: [{secure: v1:456}, plain], size: 3}
"""


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT)
    (folder / "Pulumi.prod.yaml").write_text(SETTINGS)
    (folder / "Pulumi.dev.yaml").write_text("config: {}\n")
    return folder


@pytest.fixture
def copied(root, tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    copy(root, "prod", target)
    return lambda name: yaml.safe_load((target / name).read_text())


def test_each_secret_becomes_a_text_that_says_what_it_stands_for(copied):
    assert copied("Pulumi.prod.yaml") == {
        "config": {
            "shop:account": "000000000000",
            "shop:key": "placeholder-for-the-secret-key",
            "shop:nested": {"list": ["placeholder-for-the-secret-list", "plain"], "size": 3},
        }
    }


def test_the_copied_project_runs_the_program_of_the_checkout(copied, root):
    assert copied("Pulumi.yaml") == {
        "name": "shop",
        "main": str(root),
        "runtime": {
            "name": "python",
            "options": {"toolchain": "pip", "virtualenv": f"{root}/.venv"},
        },
    }


@pytest.mark.parametrize(
    ("options", "folder"), [({"toolchain": "uv"}, ".venv"), ({"virtualenv": "venv"}, "venv")]
)
def test_the_copied_project_runs_in_the_virtual_environment_of_the_checkout(
    tmp_path, root, options, folder
):
    project = {"name": "shop", "runtime": {"name": "python", "options": options}}
    (root / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    target = tmp_path / "target"
    target.mkdir()

    copy(root, "prod", target)

    copied = yaml.safe_load((target / "Pulumi.yaml").read_text())
    assert copied["runtime"]["options"]["virtualenv"] == f"{root}/{folder}"


def test_the_checkout_is_not_touched(copied, root):
    assert copied is not None
    assert (root / "Pulumi.prod.yaml").read_text() == SETTINGS
    assert (root / "Pulumi.yaml").read_text() == PROJECT


def test_the_environments_are_those_that_have_settings(root):
    assert known_environments(root) == ["dev", "prod"]


def test_an_unknown_environment_is_refused_with_the_known_ones():
    with pytest.raises(
        CommandError, match=r"no environment 'prd'.*\nKnown environments: dev, prod"
    ):
        require_known("prd", ["dev", "prod"])


def test_a_value_named_secure_beside_others_is_no_secret():
    assert without_secrets({"secure": True, "port": 1}) == {"secure": True, "port": 1}


@pytest.mark.parametrize(
    ("text", "message"), [("a: [", ":1: found invalid YAML"), ("", ": found no mapping")]
)
def test_broken_settings_are_named(root, tmp_path, text, message):
    (root / "Pulumi.dev.yaml").write_text(text)

    with pytest.raises(CommandError, match=rf"Pulumi\.dev\.yaml{message}"):
        copy(root, "dev", tmp_path)
