"""Programs in other folders: what is read of them, and the environment that they get."""

import contextlib

import pytest

from localcloud.backend import foreign as states
from localcloud.backend.store import Store
from localcloud.layout import ROOT
from ops import environment, foreign
from ops.errors import CommandError


@pytest.fixture
def program(tmp_path):
    """A project in a folder of its own."""
    folder = tmp_path / "programs" / "site"
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\nmain: infra\n")
    return folder


@pytest.fixture
def project(program, monkeypatch):
    """The project, whose PATH begins with a Python that has pulumi."""
    monkeypatch.setattr(foreign, "_has_pulumi", lambda _python: True)
    return foreign.load(program)


def prepare(layout, engine, project, *, judged=True):
    return foreign.prepare(layout, engine, project, judged=judged)


def test_a_project_has_a_name_and_a_program(project, program):
    assert (project.name, project.folder, project.main) == ("shop", program, program / "infra")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: shop\nruntime: nodejs\n", 'runtime: found "nodejs"; only programs in Python run'),
        ("name: shop\nruntime: {name: go}\n", 'runtime: found "go"; only programs in Python'),
        ("name: shop\n", "runtime: found null; only programs in Python run here"),
        ("runtime: python\n", "name: found none; write the name of the project"),
        ("name: [", "found invalid YAML"),
        ("shop", "found no mapping"),
    ],
)
def test_a_project_that_cannot_run_is_refused_with_its_file(program, text, says):
    (program / "Pulumi.yaml").write_text(text)

    with pytest.raises(CommandError, match=r"Pulumi\.yaml") as caught:
        foreign.load(program)

    assert says in str(caught.value)


def test_a_folder_inside_a_project_is_told_where_that_is(program):
    (program / "infra").mkdir()

    with pytest.raises(CommandError, match=f"the project is in {program}"):
        foreign.load(program / "infra")


def test_this_checkout_is_not_a_program_of_others():
    with pytest.raises(CommandError, match="leave --program out"):
        foreign.load(ROOT)


def test_the_program_gets_a_stack_of_its_own_with_its_own_settings(layout, built, project):
    found = prepare(layout, built, project).variables
    ours = environment.local(layout, built).variables

    assert found["PULUMI_BACKEND_URL"] == states.of(layout, project.folder).url(layout)
    assert found["PULUMI_STACK"] == "local"
    assert found["PULUMI_DEBUG_PROVIDERS"] == ours["PULUMI_DEBUG_PROVIDERS"]
    assert not found.keys() & {"BULKHEAD_ARTIFACTS", "PULUMI_OPTION_SECRETS_PROVIDER"}
    with contextlib.closing(Store(states.of(layout, project.folder).state)) as store:
        assert [(one.project, one.name) for one in store.stacks()] == [("shop", "local")]


def test_it_is_prepared_again_without_a_second_stack(layout, built, project):
    assert prepare(layout, built, project) == prepare(layout, built, project)


def test_what_an_earlier_environment_set_is_unset(layout, built, project, monkeypatch):
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(environment.passphrase_file(layout)))

    words = prepare(layout, built, project).as_shell().splitlines()

    assert "unset PULUMI_CONFIG_PASSPHRASE_FILE" in words
    assert "unset PULUMI_OPTION_CONFIG_FILE" in words
    assert "unset AWS_PROFILE" in words


def test_a_passphrase_of_the_program_is_kept(layout, built, project, monkeypatch):
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "theirs")

    kept = prepare(layout, built, project).over({"PULUMI_CONFIG_PASSPHRASE": "theirs"})

    assert kept["PULUMI_CONFIG_PASSPHRASE"] == "theirs"
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in kept


def test_the_rules_are_left_out_if_asked(layout, built, project):
    judged = prepare(layout, built, project)
    free = prepare(layout, built, project, judged=False)

    assert "PULUMI_OPTION_POLICY_PACK" in judged.variables
    assert not set(environment.POLICY_VARIABLES) & free.variables.keys()
    assert set(environment.POLICY_VARIABLES) <= set(free.dropped)


@pytest.mark.parametrize(("lacks", "first"), [("0", "venv"), ("1", "checkout")])
def test_the_python_of_the_user_comes_first_if_it_has_pulumi(tmp_path, monkeypatch, lacks, first):
    users = tmp_path / "venv"
    users.mkdir()
    (users / "python3").write_text("#!/bin/sh\nexit $HAS_NO_PULUMI\n")
    (users / "python3").chmod(0o755)
    monkeypatch.setenv("PATH", f"{users}:{environment.TOOLS}")

    monkeypatch.setenv("HAS_NO_PULUMI", lacks)

    folders = foreign.path(tmp_path / "bin").split(":")

    known = {"venv": str(users), "checkout": environment.TOOLS}
    assert folders[:2] == [str(tmp_path / "bin"), known[first]]
    assert set(folders[1:]) == set(known.values())


def test_only_stacks_with_resources_are_listed(layout, built, project):
    prepare(layout, built, project)
    empty = list(foreign.stacks(layout))
    with contextlib.closing(Store(states.of(layout, project.folder).state)) as store:
        deployment = {"resources": [{"urn": "a", "type": "aws:sqs/queue:Queue"}]}
        store.save(store.stack("shop", "local"), {"version": 3, "deployment": deployment})

    assert empty == []
    assert [(one.folder, one.project) for one in foreign.stacks(layout)] == [
        (project.folder, "shop")
    ]


@pytest.mark.parametrize("words", [("env", "local"), ("preview", "dev")])
def test_our_own_program_is_always_judged(bulkhead, words):
    code, _, complaint = bulkhead(*words, "--no-policies")

    assert code == 1
    assert "name one with --program DIR" in complaint


def test_another_stack_than_local_has_no_environment(bulkhead, program):
    code, _, complaint = bulkhead("env", "dev", "--program", str(program))

    assert code == 1
    assert "only 'local' is served by this machine" in complaint
    assert f"bulkhead preview dev --program {program}\n" in complaint


def test_a_folder_that_does_not_exist_is_refused(bulkhead, tmp_path):
    code, _, complaint = bulkhead("env", "local", "--program", str(tmp_path / "none"))

    assert code == 1
    assert f"--program: {tmp_path}/none is not a folder: name that of a Pulumi project" in complaint


def test_destroy_says_which_programs_go_with_it(layout, built, project, bulkhead):
    prepare(layout, built, project)
    with contextlib.closing(Store(states.of(layout, project.folder).state)) as store:
        deployment = {"resources": [{"urn": "a::q", "type": "aws:sqs/queue:Queue"}]}
        store.save(store.stack("shop", "local"), {"version": 3, "deployment": deployment})

    code, _, said = bulkhead("destroy")

    assert code == 0
    assert f"With it goes the stack local of {project.folder}: 1 AWS resources." in said
    assert not layout.home.exists()
