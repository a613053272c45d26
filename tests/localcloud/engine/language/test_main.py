"""The language host as a process of the engine: how it begins and how it ends."""

import os
import shlex
import signal
import subprocess
import sys

import grpc
import psutil
import pytest
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from localcloud.engine.wrappers import language_host_script, write_command


@pytest.fixture
def started(tmp_path):
    """Start the host as the engine does: in a group of its own, with a pipe for input."""
    executor = tmp_path / "executor.py"
    executor.write_text("import sys, time; print('running', flush=True); time.sleep(60)")
    wrapper = tmp_path / "pulumi-language-python"
    write_command(wrapper, language_host_script(executor))
    with subprocess.Popen(
        [wrapper, "--logtostderr", "-v=3", "127.0.0.1:1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        text=True,
        process_group=0,
    ) as process:
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = language_pb2_grpc.LanguageRuntimeStub(channel)
            info = language_pb2.ProgramInfo(program_directory=str(tmp_path))
            call = stub.Run.future(language_pb2.RunRequest(info=info, pwd=str(tmp_path)))
            assert process.stdout.readline() == "running\n"
            yield process
            call.cancel()
        process.kill()


def ended_quietly(process, children):
    _, errors = process.communicate(timeout=10)
    _, alive = psutil.wait_procs(children, timeout=5)
    return process.returncode, errors, alive


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_whole_group_ends_it_quietly_with_its_program(started, number):
    children = psutil.Process(started.pid).children(recursive=True)

    os.killpg(started.pid, number)

    assert ended_quietly(started, children) == (0, "", [])
    assert children


def test_it_ends_with_its_program_when_the_engine_was_killed(started):
    children = psutil.Process(started.pid).children(recursive=True)

    started.stdin.close()
    started.stdin = None

    assert ended_quietly(started, children) == (0, "", [])


def test_without_an_executor_it_says_how_it_is_used():
    code = "from localcloud.engine.language.main import main; main()"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("usage: pulumi-language-python --executor PATH")


def test_the_wrapper_survives_a_path_with_blanks(tmp_path):
    script = language_host_script(tmp_path / "a folder" / "executor.py")

    assert shlex.split(script)[-2:] == [str(tmp_path / "a folder" / "executor.py"), "$@"]
