"""Whatever is killed, and whenever: the next plain `pulumi up` converges.

Afterwards the emulated AWS has exactly the objects of the program, with its inputs: none twice,
none left over, no change lost. The moments are random; a failure names its seed.
"""

import contextlib
import json
import os
import random
import shutil
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from localcloud.clients import client
from localcloud.engine.ensure import ensure
from localcloud.engine.find import CLI
from localcloud.layout import ROOT, Layout
from localcloud.ports import claim, is_listening
from localcloud.supervisor import client as supervisor
from ops import environment, stack, wrapper

pytestmark = pytest.mark.integration

PROGRAM = Path(__file__).with_name("interrupted_program.py")
BEFORE = {"count": 4, "suffix": "a", "seconds": 30, "days": 7, "imported": {}}
CHANGED = {**BEFORE, "seconds": 60, "days": 14}
REPLACED = {**BEFORE, "suffix": "b"}
FEWER = {**BEFORE, "count": 1}
NONE = {**BEFORE, "count": 0}
HAND = tuple(f"hand-{number}" for number in range(6))

UP = ("up", "--yes", "--skip-preview")
# Each: the program that is deployed, what is killed (words and program), and the program after it.
SCENARIOS = {
    "create": (NONE, UP, BEFORE, BEFORE),
    "update, then revert": (BEFORE, UP, CHANGED, BEFORE),
    "replace": (BEFORE, UP, REPLACED, REPLACED),
    "delete, then add again": (BEFORE, UP, FEWER, BEFORE),
    "destroy": (BEFORE, ("destroy", "--yes", "--skip-preview"), BEFORE, BEFORE),
    "refresh": (BEFORE, ("refresh", "--yes", "--skip-preview"), BEFORE, BEFORE),
    "import": (NONE, UP, "imported", "imported"),
}
KILLED = {"the CLI": (True, False), "the control plane": (False, True), "both": (True, True)}
SEED = int(os.environ.get("KILL_SEED") or time.time())


class Project:
    """A program with the stack `local` of its project, on a running local cloud."""

    def __init__(self, layout, folder):
        self.layout, self.folder = layout, folder
        folder.mkdir()
        runtime = {"toolchain": "pip", "virtualenv": str(ROOT / ".venv")}
        description = {"name": "bulkhead", "runtime": {"name": "python", "options": runtime}}
        (folder / "Pulumi.yaml").write_text(json.dumps(description))
        (folder / "Pulumi.local.yaml").write_text('config: {"aws:region": eu-west-1}\n')
        shutil.copy(PROGRAM, folder / "__main__.py")
        engine = ensure()
        made = environment.local(layout, engine)
        stack.prepare(layout, engine, made)
        wrapper.write(layout, engine, root=folder)
        self.variables = made.over(os.environ)
        for name in ("PULUMI_OPTION_POLICY_PACK", "PULUMI_OPTION_POLICY_PACK_CONFIG"):
            self.variables.pop(name)

    def write(self, objects):
        if objects == "imported":
            queues = client(self.layout, "sqs")
            made = {name: queues.get_queue_url(QueueName=name)["QueueUrl"] for name in HAND}
            objects = {**NONE, "imported": made}
        (self.folder / "objects.json").write_text(json.dumps(objects))

    def start(self, *words):
        return subprocess.Popen(
            [self.layout.home / "bin" / CLI, *words, "--non-interactive"],
            cwd=self.folder,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words):
        with self.start(*words) as process:
            said, _ = process.communicate(timeout=300)
        assert process.returncode == 0, said
        return said


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    found = Layout(tmp_path_factory.mktemp("interrupted"))
    supervisor.start(found)
    yield found
    supervisor.stop(found)


@pytest.fixture(scope="module")
def project(layout):
    return Project(layout, layout.home.parent / f"{layout.home.name}-program")


def control_of(layout):
    """Return the process of the control plane."""
    (found,) = [one for one in supervisor.status(layout)["processes"] if one["name"] == "control"]
    return psutil.Process(found["pid"])


def wait_for_cloud(layout):
    deadline = time.monotonic() + 60
    names = ("aws", "provider", "state")
    while not all(is_listening(claim(layout, name)) for name in names):
        assert time.monotonic() < deadline, "the local cloud did not come back"
        time.sleep(0.1)


def kill(project, process, *, cli, control):
    doomed = [psutil.Process(process.pid)] if cli else []
    doomed += [control_of(project.layout)] if control else []
    for one in doomed:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
            if one.pid != process.pid:
                one.wait(10)
    said, _ = process.communicate(timeout=120)
    wait_for_cloud(project.layout)
    return said


def objects(layout):
    """Return the objects in the emulated AWS as (type, id), sorted: a duplicate shows."""
    sqs, logs, sns, ec2, secrets = (
        client(layout, name) for name in ("sqs", "logs", "sns", "ec2", "secretsmanager")
    )
    vpcs = [one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"] if not one["IsDefault"]]
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": vpcs or ["none"]}])
    found = {
        "aws:sqs/queue:Queue": sqs.list_queues().get("QueueUrls", []),
        "aws:cloudwatch/logGroup:LogGroup": [
            one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]
        ],
        "aws:sns/topic:Topic": [one["TopicArn"] for one in sns.list_topics()["Topics"]],
        "aws:ec2/vpc:Vpc": vpcs,
        "aws:ec2/securityGroup:SecurityGroup": [
            one["GroupId"] for one in groups["SecurityGroups"] if one["GroupName"] != "default"
        ],
        "aws:secretsmanager/secret:Secret": [
            one["ARN"] for one in secrets.list_secrets()["SecretList"]
        ],
    }
    return sorted((type_, id_) for type_, ids in found.items() for id_ in ids)


def assert_converged(project, note=""):
    listed = json.loads(project.run("stack", "export"))["deployment"]["resources"]
    made = objects(project.layout)
    types = {type_ for type_, _ in made}
    assert sorted((one["type"], one["id"]) for one in listed if one["type"] in types) == made, note
    assert not [one for one in listed if one.get("delete") or one.get("refreshBeforeUpdate")]
    project.run("preview", "--refresh", "--expect-no-changes")


def reset(project, before, by_hand=()):
    """Deploy *before* on an empty cloud, beside queues that were made *by_hand*."""
    project.write(NONE)
    project.run("destroy", "--yes", "--skip-preview")
    sqs = client(project.layout, "sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        sqs.delete_queue(QueueUrl=url)
    for name in by_hand:
        sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "45"})
    project.write(before)
    project.run(*UP)


@pytest.mark.parametrize("killed", KILLED)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_next_up_converges(project, scenario, killed):
    before, words, during, after = SCENARIOS[scenario]
    cli, control = KILLED[killed]
    moment = random.Random(f"{SEED} {scenario} {killed}").uniform(0.3, 3.0)
    reset(project, before, HAND if scenario == "import" else ())

    project.write(during)
    with project.start(*words) as process:
        time.sleep(moment)
        said = kill(project, process, cli=cli, control=control)
    project.write(after)
    project.run(*UP)

    assert_converged(project, f"KILL_SEED={SEED}: killed after {moment:.2f} s:\n{said}")


def test_two_programs_with_one_project_name_take_turns(project, tmp_path):
    other = Project(project.layout, tmp_path / "other")
    reset(project, BEFORE)
    other.write({**REPLACED, "count": 6})
    with other.start(*UP) as process:
        time.sleep(1.5)
        kill(other, process, cli=True, control=False)

    project.run(*UP)

    assert_converged(project)


def test_a_reverted_replacement_keeps_the_object_that_it_would_have_deleted(project):
    reset(project, BEFORE)
    project.write(REPLACED)
    queues = client(project.layout, "sqs")
    with project.start(*UP) as process:
        deadline = time.monotonic() + 60
        while "QueueUrls" not in queues.list_queues(QueueNamePrefix="q0-b"):
            assert time.monotonic() < deadline, "the replacement was not created"
            time.sleep(0.02)
        kill(project, process, cli=True, control=False)
    project.write(BEFORE)

    project.run(*UP)

    assert_converged(project)
