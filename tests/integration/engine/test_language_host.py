"""The real engine runs Python programs and policy packs through our language host."""

import json
import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from localcloud.engine.ensure import ensure
from localcloud.engine.find import CLI
from localcloud.layout import ROOT, Layout
from ops import environment, wrapper

pytestmark = pytest.mark.integration

PROGRAM = """
import sys, pulumi
print("input is", repr(sys.stdin.read()))
pulumi.export("greeting", pulumi.Config().require("greeting"))
pulumi.export("root", pulumi.get_root_directory())
"""
PACK = """
import os
from pulumi_policy import EnforcementLevel, PolicyPack, StackValidationPolicy

def check(args, report):
    report("seen in " + os.getcwd())

seen = StackValidationPolicy("seen", "Is seen.", check, EnforcementLevel.{level})
PolicyPack("pack", [seen])
"""
SLOW = "\nimport time\nprint('begun', flush=True)\ntime.sleep(300)\n"


@pytest.fixture(scope="module")
def engine():
    """Find the engine; where only Go is there, this builds it."""
    return ensure()


@pytest.fixture
def project(tmp_path):
    """Write a project without resources, and a policy pack."""
    folder = tmp_path / "project"
    pack = tmp_path / "pack"
    folder.mkdir()
    pack.mkdir()
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(ROOT / ".venv")}}
    (folder / "Pulumi.yaml").write_text(json.dumps({"name": "noop", "runtime": runtime}))
    (folder / "Pulumi.local.yaml").write_text('config: {"noop:greeting": hello}\n')
    (folder / "__main__.py").write_text(PROGRAM)
    (pack / "PulumiPolicy.yaml").write_text(json.dumps({"runtime": runtime}))
    (pack / "__main__.py").write_text(PACK.format(level="ADVISORY"))
    return folder


@pytest.fixture
def variables(tmp_path, project, engine):
    """Return the environment of `local`, with the project's own policy pack."""
    layout = Layout(tmp_path / "home")
    wrapper.write(layout, engine, root=project)
    made = environment.local(layout, engine).over(os.environ)
    pack = str(project.parent / "pack")
    made = made | {"PULUMI_OPTION_POLICY_PACK": pack, "PULUMI_OPTION_NON_INTERACTIVE": "true"}
    # The program has no resources and the pack none of our rules: no local cloud runs for them.
    del made["PULUMI_DEBUG_PROVIDERS"], made["PULUMI_OPTION_POLICY_PACK_CONFIG"]
    made["PULUMI_BACKEND_URL"] = f"file://{tmp_path}"
    salt = wrapper.salt_file(layout).parent
    salt.mkdir(parents=True)
    (salt / "Pulumi.yaml").write_text((project / "Pulumi.yaml").read_text())
    init = [layout.home / "bin" / CLI, "stack", "init", "local"]
    subprocess.run(init, cwd=salt, env=made, check=True, capture_output=True)
    return made


@pytest.fixture
def pulumi(project, variables):
    """Run plain Pulumi as a person does after `eval "$(bulkhead env local)"`."""

    def run(*words):
        return subprocess.run(
            [CLI, *words],
            cwd=project,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run


@pytest.fixture
def running(project, variables):
    """Start an update whose program sleeps, in a group of its own as a shell does."""
    with (project / "__main__.py").open("a") as file:
        file.write(SLOW)
    with subprocess.Popen(
        [CLI, "up", "--yes", "--skip-preview"],
        cwd=project,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    ) as process:
        for line in process.stdout:
            if "begun" in line:
                break
        yield process
        process.kill()


def test_a_program_runs_with_its_settings_and_without_input(pulumi, project):
    done = pulumi("up", "--yes", "--skip-preview")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "input is ''" in done.stdout
    outputs = json.loads(pulumi("stack", "output", "--json").stdout)
    assert outputs == {"greeting": "hello", "root": str(project)}


def test_a_policy_pack_named_by_the_environment_runs_in_its_folder(pulumi, project):
    done = pulumi("preview")

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"seen in {project.parent / 'pack'}" in done.stdout


def test_a_mandatory_policy_stops_the_run(pulumi, project):
    (project.parent / "pack" / "__main__.py").write_text(PACK.format(level="MANDATORY"))

    done = pulumi("up", "--yes", "--skip-preview")

    assert done.returncode != 0
    assert "[mandatory]  seen" in done.stdout


def test_a_failing_program_is_shown_with_its_own_lines(pulumi, project):
    (project / "__main__.py").write_text("import no_such_module\n")

    done = pulumi("preview")

    assert done.returncode != 0
    assert "No module named 'no_such_module'" in done.stdout


def test_the_engine_says_nothing_about_where_its_language_host_is(pulumi):
    done = pulumi("preview")

    assert "warning" not in done.stdout + done.stderr


def test_about_describes_the_program(pulumi):
    done = pulumi("about")

    assert "This project is written in python" in done.stdout


def test_the_project_folder_stays_as_it_was(pulumi, project):
    pulumi("up", "--yes", "--skip-preview")

    assert (project / "Pulumi.local.yaml").read_text() == 'config: {"noop:greeting": hello}\n'
    names = {path.name for path in project.iterdir()} - {"__pycache__"}
    assert names == {"Pulumi.yaml", "Pulumi.local.yaml", "__main__.py"}


def test_ctrl_c_ends_the_program_quietly_and_leaves_no_process(running):
    started = psutil.Process(running.pid).children(recursive=True)

    os.killpg(running.pid, signal.SIGINT)
    output, _ = running.communicate(timeout=30)

    assert running.returncode != 0
    assert "Traceback" not in output
    assert len(started) >= 3
    assert left(started) == []


def test_a_killed_engine_leaves_no_process(running):
    started = psutil.Process(running.pid).children(recursive=True)

    running.kill()
    running.wait()

    assert left(started) == []


def left(processes):
    _, alive = psutil.wait_procs(processes, timeout=10)
    return [Path(one.exe()).name for one in alive]
