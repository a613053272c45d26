"""The environment of the engine decides which provider answers, and where the state is."""

import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from localcloud.engine.version import Version
from localcloud.layout import ROOT
from localcloud.ports import claim
from ops import environment, folders, wrapper
from ops.errors import CommandError


def test_the_local_stack_gets_the_local_provider_and_a_private_state(layout, built):
    got = environment.local(layout, built).variables

    attached = dict(one.split(":") for one in got["PULUMI_DEBUG_PROVIDERS"].split(","))
    assert attached["aws"] == str(claim(layout, "provider"))
    assert attached["random"] == attached["docker"] == str(claim(layout, "utilities"))
    assert got["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{claim(layout, 'aws')}"
    assert got["PULUMI_BACKEND_URL"] == f"http://127.0.0.1:{claim(layout, 'state')}"
    assert "PULUMI_ACCESS_TOKEN" not in got
    assert got["PULUMI_HOME"] == f"{layout.home}/pulumi/home"
    assert got["PULUMI_STACK"] == "local"
    assert got["AWS_ACCESS_KEY_ID"] == got["AWS_SECRET_ACCESS_KEY"] == "local"


def test_the_program_reads_the_services_of_the_home(layout, built):
    by_default = environment.local(layout, built).variables["BULKHEAD_SERVICES"]
    folders.keep(layout, str(ROOT / "examples" / "services"))
    then = environment.local(layout, built).variables["BULKHEAD_SERVICES"]

    assert (by_default, then) == ("services", "examples/services")


@pytest.mark.parametrize(("minor", "skipped"), [(259, False), (260, False), (274, True)])
def test_an_engine_that_serialises_snapshots_beside_the_journal_is_told_not_to(
    layout, built, minor, skipped
):
    engine = replace(built, version=Version(3, minor, 0))

    variables = environment.local(layout, engine).variables

    assert ("PULUMI_SKIP_CHECKPOINTS" in variables) is skipped


def test_the_policy_packs_are_named_by_the_environment(layout, built):
    pack = environment.local(layout, built).variables["PULUMI_OPTION_POLICY_PACK"]

    assert Path(pack, "PulumiPolicy.yaml").is_file()


def test_the_configuration_of_the_packs_is_that_of_the_environment(layout, built):
    variables = environment.engine_variables(layout, built, "file:///tmp", "dev")

    named = variables["PULUMI_OPTION_POLICY_PACK_CONFIG"]
    assert Path(named) == environment.policy_config(layout, "dev")


def test_no_plugin_and_no_update_is_looked_for_on_the_network(layout, built):
    got = environment.local(layout, built).variables

    assert got["PULUMI_SKIP_UPDATE_CHECK"] == "true"
    assert got["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"


def test_the_engine_writes_no_automatic_log(layout, built):
    old = layout.pulumi / "home" / "logs"
    old.mkdir(parents=True)
    (old / "local-20261101T120000.log").write_text("a log of an earlier version")

    for _ in range(2):
        environment.local(layout, built)

    assert old.is_file()


@pytest.mark.parametrize(("chosen", "got"), [(None, "400"), ("100", "100")])
def test_the_engine_collects_garbage_less_often_unless_told(
    layout, built, monkeypatch, chosen, got
):
    monkeypatch.delenv("GOGC", raising=False)
    if chosen:
        monkeypatch.setenv("GOGC", chosen)

    assert environment.local(layout, built).variables["GOGC"] == got


@pytest.mark.parametrize(
    ("base", "hosts"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"no_proxy": "intra.net"}, "intra.net,127.0.0.1,localhost"),
        ({"NO_PROXY": "localhost"}, "localhost,127.0.0.1"),
    ],
)
def test_a_proxy_is_not_asked_for_the_ports_of_this_machine(base, hosts):
    assert environment.no_proxy_for_localhost(base) == {"no_proxy": hosts, "NO_PROXY": hosts}


def test_a_built_engine_gets_our_language_host_and_another_keeps_its_own(layout, built, vendors):
    with_ours = environment.local(layout, built).variables
    with_its_own = environment.local(layout, vendors).variables

    host = f"{layout.home}/bin/pulumi-language-python"
    assert with_ours["BULKHEAD_LANGUAGE_HOST"] == host
    assert "BULKHEAD_LANGUAGE_HOST" not in with_its_own
    assert "PULUMI_IGNORE_AMBIENT_PLUGINS" not in with_its_own


def test_a_real_account_cannot_shine_through(layout, built):
    base = {"AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "t", "PULUMI_ACCESS_TOKEN": "p", "A": "b"}

    got = environment.local(layout, built).over(base)

    assert got["A"] == "b"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "PULUMI_ACCESS_TOKEN"} & set(got)


def test_the_passphrase_is_made_once_and_only_its_owner_reads_it(layout):
    first = environment.passphrase_file(layout)
    text = first.read_text()

    second = environment.passphrase_file(layout)

    assert second.read_text() == text
    assert len(text) > 20
    assert stat.S_IMODE(first.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["dev", "prod", "Local", ""])
def test_an_environment_of_an_account_never_gets_the_local_provider(name):
    with pytest.raises(CommandError, match="only 'local' is served by this machine"):
        environment.require_local(name)


def test_the_local_environment_is_not_refused():
    environment.require_local("local")


def test_what_is_printed_for_the_shell_has_the_same_effect(layout, built, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "prod")
    made = environment.local(layout, built)

    seen = subprocess.check_output(["sh", "-c", f"{made.as_shell()}\nenv"], text=True)

    lines = dict(line.split("=", 1) for line in seen.splitlines() if "=" in line)
    assert {name: lines.get(name) for name in made.variables} == dict(made.variables)
    assert "AWS_PROFILE" not in lines


def test_a_second_eval_does_not_make_the_path_longer(layout, built, monkeypatch):
    wrapper.write(layout, built)
    once = environment.local(layout, built).variables["PATH"]

    monkeypatch.setenv("PATH", once)

    assert environment.local(layout, built).variables["PATH"] == once
