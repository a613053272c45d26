"""What the engine may expect of the language host."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2

from localcloud.engine.version import pinned

EMPTY = empty_pb2.Empty()


def run_request(info, **more):
    return language_pb2.RunRequest(
        info=info,
        pwd=info.program_directory,
        project="shop",
        stack="local",
        organization="organization",
        monitor_address="monitor:2",
        parallel=8,
        **more,
    )


def seen(info):
    return json.loads(Path(info.program_directory, "seen.json").read_text())


def test_a_program_gets_its_arguments_settings_and_no_input(host, program):
    info = program()
    request = run_request(
        info, dryRun=True, config={"shop:size": "3"}, configSecretKeys=["shop:key"], args=["x"]
    )

    answer = host.Run(request)

    found = seen(info)
    arguments = found["arguments"]
    options = dict(zip(arguments[:-2:2], arguments[1:-2:2], strict=True))
    assert answer == language_pb2.RunResponse()
    assert options == {
        "--monitor": "monitor:2",
        "--engine": "engine:1",
        "--project": "shop",
        "--root_directory": info.root_directory,
        "--stack": "local",
        "--organization": "organization",
        "--pwd": info.program_directory,
        "--dry_run": "true",
        "--parallel": "8",
    }
    assert arguments[-2:] == [".", "x"]
    assert found["config"] == {"shop:size": "3"}
    assert found["secret"] == ["shop:key"]
    assert found["stdin"] == ""
    assert found["cwd"] == info.program_directory


def test_a_program_runs_in_the_virtual_environment_of_its_project(host, program, venv):
    info = program(virtualenv="venv")

    host.Run(run_request(info))

    found = seen(info)
    assert found["venv"] == str(venv)
    assert found["path"].startswith(f"{venv}/bin:")


def test_a_missing_virtual_environment_is_named(host, program):
    info = program(virtualenv="nowhere")

    with pytest.raises(grpc.RpcError) as caught:
        host.Run(run_request(info))

    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "/nowhere, which has no Python: run `pulumi install`" in caught.value.details()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("sys.exit(32)", {"bail": True}),
        ("sys.exit(3)", {"error": "the program exited with non-zero exit code: 3"}),
        ("os.kill(os.getpid(), 9)", {"error": "the program was terminated by signal 9"}),
    ],
)
def test_the_way_a_program_ends_is_told(host, program, executor, code, expected):
    executor(code)

    assert host.Run(run_request(program())) == language_pb2.RunResponse(**expected)


def test_what_a_program_prints_goes_to_the_engine(host, program, executor, capfd):
    executor("print('hello'); print('oh', file=sys.stderr)")

    host.Run(run_request(program()))

    assert capfd.readouterr() == ("hello\n", "oh\n")


def test_cancel_ends_a_running_program_and_leaves_no_process(host, program, executor, children):
    executor("import time; time.sleep(60)")
    answers = []
    thread = threading.Thread(target=lambda: answers.append(host.Run(run_request(program()))))
    thread.start()
    wait_until(lambda: Path(program().program_directory, "seen.json").exists())

    host.Cancel(EMPTY)
    thread.join(5)

    assert answers == [language_pb2.RunResponse(error="the program was terminated by signal 15")]
    assert children._running == set()


def test_a_run_that_the_engine_gives_up_ends_the_program(host, program, executor, children):
    executor("import time; time.sleep(60)")
    call = host.Run.future(run_request(program()))
    wait_until(lambda: Path(program().program_directory, "seen.json").exists())

    call.cancel()

    wait_until(lambda: not children._running)


def test_nothing_is_started_any_more_after_cancel(host, program):
    host.Cancel(EMPTY)

    answer = host.Run(run_request(program()))

    assert answer.error == "the language host is stopping"


def test_a_policy_pack_runs_in_its_folder_and_its_output_is_handed_on(host, program, venv):
    info = program(virtualenv="venv")
    pack = Path(info.program_directory)
    (pack / "__main__.py").write_text("import os; print(1234); print(os.getcwd())")
    request = language_pb2.RunPluginRequest(
        pwd="/", args=["engine:1"], env=["A=b=c"], info=info, kind="analyzer"
    )

    answers = list(host.RunPlugin(request))

    printed = b"".join(answer.stdout for answer in answers).decode().split()
    assert printed == ["1234", str(pack)]
    assert answers[-1].WhichOneof("output") == "exitcode"
    assert answers[-1].exitcode == 0
    assert venv.is_dir()


def test_a_plugin_gets_only_the_environment_of_the_request(host, program):
    info = program()
    code = "import os, sys; print(os.environ['A'], 'HOME' in os.environ, os.getcwd(), sys.argv[1])"
    Path(info.program_directory, "__main__.py").write_text(code)
    request = language_pb2.RunPluginRequest(
        pwd="/", args=["x"], env=["A=b=c"], info=info, kind="resource"
    )

    answers = list(host.RunPlugin(request))

    assert answers[0].stdout == b"b=c False / x\n"


def test_a_policy_pack_that_fails_says_why_and_with_which_code(host, program, venv):
    info = program(virtualenv=venv.name)
    Path(info.program_directory, "__main__.py").write_text("raise SystemExit('no rules')")
    request = language_pb2.RunPluginRequest(args=["engine:1"], info=info, kind="analyzer")

    answers = list(host.RunPlugin(request))

    assert b"no rules" in b"".join(answer.stderr for answer in answers)
    assert answers[-1].exitcode == 1


def test_a_policy_pack_ends_when_the_engine_hangs_up(host, program, children, venv):
    info = program(virtualenv=venv.name)
    Path(info.program_directory, "__main__.py").write_text("print(1); import time; time.sleep(60)")
    call = host.RunPlugin(language_pb2.RunPluginRequest(args=["e"], info=info, kind="analyzer"))
    next(call)

    call.cancel()

    wait_until(lambda: not children._running)


def test_installing_creates_the_virtual_environment_and_shows_each_step(
    host, program, tmp_path, monkeypatch
):
    info = program(virtualenv="new")
    folder = Path(info.program_directory, "new")
    pip = f"mkdir -p {folder}/bin; printf '#!/bin/sh\\necho $@' > {folder}/bin/python"
    (tmp_path / "python").write_text(f"#!/bin/sh\n{pip}; chmod +x {folder}/bin/python\n")
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    requirements = Path(info.program_directory, "requirements.txt")
    requirements.write_text("")

    answers = list(host.InstallDependencies(language_pb2.InstallDependenciesRequest(info=info)))

    assert [answer.stdout.decode().strip() for answer in answers] == [
        f"Creating virtual environment {folder}",
        f"-m pip install -r {requirements}",
    ]


def test_a_failing_installation_is_an_error_with_its_command(host, program, venv):
    info = program(virtualenv="venv")
    requirements = Path(info.program_directory, "requirements.txt")
    requirements.write_text("-r nowhere.txt\n")

    with pytest.raises(grpc.RpcError, match=f"{venv}/bin/python -m pip install -r {requirements}"):
        list(host.InstallDependencies(language_pb2.InstallDependenciesRequest(info=info)))


def test_without_requirements_there_is_nothing_to_install(host, program):
    request = language_pb2.InstallDependenciesRequest(info=program())

    [answer] = host.InstallDependencies(request)

    assert answer.stdout == b"There is no requirements.txt: nothing to install\n"


def test_about_names_the_python_of_the_program(host, program, venv):
    answer = host.About(language_pb2.AboutRequest(info=program(virtualenv="venv")))

    assert answer.executable == f"{venv}/bin/python"
    assert answer.version == ".".join(map(str, sys.version_info[:3]))


@pytest.mark.parametrize(("transitive", "has_grpc"), [(True, True), (False, False)])
def test_the_dependencies_of_a_program_are_listed(host, program, venv, transitive, has_grpc):
    request = language_pb2.GetProgramDependenciesRequest(
        info=program(virtualenv=venv.name), transitiveDependencies=transitive
    )

    names = {one.name for one in host.GetProgramDependencies(request).dependencies}

    assert ("grpcio" in names) is has_grpc
    assert "pulumi-policy" in names


def test_the_smaller_questions_are_answered(host):
    assert host.GetPluginInfo(EMPTY).version == str(pinned()).removeprefix("v")
    assert not host.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest()).packages
    assert not host.GetRequiredPlugins(language_pb2.GetRequiredPluginsRequest()).plugins
    assert not host.RuntimeOptionsPrompts(language_pb2.RuntimeOptionsRequest()).prompts


def test_an_engine_that_attaches_is_the_one_that_programs_report_to(host, program):
    info = program()
    host.Handshake(language_pb2.LanguageHandshakeRequest(engine_address="other:3"))

    host.Run(run_request(info))

    arguments = seen(info)["arguments"]
    assert arguments[arguments.index("--engine") + 1] == "other:3"


def test_a_child_that_does_not_listen_is_killed(children, monkeypatch):
    monkeypatch.setattr("localcloud.engine.language.children.GRACE_SECONDS", 0.1)
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
    with children.run(
        [sys.executable, "-c", f"{code}; time.sleep(60)"],
        cwd="",
        environment={},
        output=subprocess.PIPE,
    ) as child:
        child.stdout.readline()

    assert child.returncode == -9


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
