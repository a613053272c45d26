"""The `pulumi` that the environment of `local` puts on PATH."""

import os
import socket
import subprocess

import pytest

from ops import environment, wrapper


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "Pulumi.local.yaml").write_text("config:\n  bulkhead:size: 3\n")
    return root


@pytest.fixture
def pulumi(layout, built, project):
    """Run the wrapper around a CLI that shows what it was given."""
    built.cli.parent.mkdir()
    built.cli.write_text(
        '#!/bin/sh\necho "arguments $*"\n[ -z "$PULUMI_OPTION_CONFIG_FILE" ] ||'
        ' cat "$PULUMI_OPTION_CONFIG_FILE"\necho "profile $AWS_PROFILE"\n'
    )
    built.cli.chmod(0o755)
    wrapper.write(layout, built, root=project)
    salt = wrapper.salt_file(layout)
    salt.parent.mkdir(parents=True)
    salt.write_text("encryptionsalt: v1:ours\n")

    def run(*arguments, **environment):
        return subprocess.check_output(
            [layout.home / "bin" / "pulumi", *arguments],
            text=True,
            cwd=project,
            env={"PATH": os.environ["PATH"], **environment},
        ).splitlines()

    return run


def test_the_settings_of_the_checkout_meet_the_salt_of_this_machine(pulumi):
    assert pulumi("up", "--yes") == [
        "arguments up --yes",
        "config:",
        "  bulkhead:size: 3",
        "",
        "encryptionsalt: v1:ours",
        "profile ",
    ]


def test_a_changed_setting_holds_for_the_next_command(pulumi, project):
    pulumi("preview")
    (project / "Pulumi.local.yaml").write_text("config:\n  bulkhead:size: 4\n")

    assert "  bulkhead:size: 4" in pulumi("preview")


def test_a_salt_that_strayed_into_the_checkout_does_not_count(pulumi, project):
    with (project / "Pulumi.local.yaml").open("a") as file:
        file.write("encryptionsalt: v1:stray\n")

    lines = pulumi("preview")

    assert [line for line in lines if "salt" in line] == ["encryptionsalt: v1:ours"]


def test_settings_are_changed_in_the_checkout(pulumi):
    assert pulumi("config", "set", "size", "4") == ["arguments config set size 4", "profile "]


def test_a_settings_file_of_the_users_choice_is_kept(pulumi, tmp_path):
    (tmp_path / "mine.yaml").write_text("mine: true")

    lines = pulumi("up", PULUMI_OPTION_CONFIG_FILE=str(tmp_path / "mine.yaml"))

    assert lines[1].startswith("mine: true")


def test_a_profile_of_a_real_account_is_taken_away(pulumi):
    assert pulumi("up", AWS_PROFILE="prod")[-1] == "profile "


def test_the_checkout_stays_as_it_was(pulumi, project):
    pulumi("up")

    assert (project / "Pulumi.local.yaml").read_text() == "config:\n  bulkhead:size: 3\n"
    assert [path.name for path in project.iterdir()] == ["Pulumi.local.yaml"]


@pytest.mark.parametrize("word", ["up", "preview", "refresh", "destroy", "stack", "config"])
def test_while_the_local_cloud_is_stopped_a_run_is_refused_at_once(pulumi, word):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert pulumi(word, PULUMI_DEBUG_PROVIDERS=f"aws:{port}")[0] == f"arguments {word}"

    with pytest.raises(subprocess.CalledProcessError) as caught:
        pulumi(word, PULUMI_DEBUG_PROVIDERS=f"aws:{port}")

    assert caught.value.returncode == 1
    assert caught.value.output == ""


def test_what_needs_no_state_works_while_the_local_cloud_is_stopped(pulumi):
    assert pulumi("version", PULUMI_DEBUG_PROVIDERS="aws:1")[0] == "arguments version"


@pytest.fixture
def packs(pulumi, layout):
    """Run the wrapper as in a shell that has evaluated `bulkhead env local`."""
    config = environment.policy_config(layout, environment.LOCAL)

    def run(*arguments):
        pulumi(*arguments, PULUMI_OPTION_POLICY_PACK_CONFIG=str(config))
        return config

    return run


def test_the_configuration_of_the_packs_is_written_before_the_engine_reads_it(packs):
    assert not packs("stack").exists()
    assert "exemptions" in packs("preview").read_text()


def test_the_configuration_of_the_packs_is_written_again_after_a_description_changed(packs):
    config = packs("up")
    config.write_text("up to date")
    assert packs("up").read_text() == "up to date"

    os.utime(config, (0, 0))

    assert "exemptions" in packs("up").read_text()


def test_a_configuration_of_the_users_choice_is_kept(pulumi, tmp_path):
    own = tmp_path / "own.json"

    pulumi("up", PULUMI_OPTION_POLICY_PACK_CONFIG=str(own))

    assert not own.exists()
