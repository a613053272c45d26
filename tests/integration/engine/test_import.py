"""`pulumi import` in the real engine: the code that it generates describes what was imported."""

import json
import os
import subprocess
import urllib.request

import moto.settings
import pytest
from moto.server import ThreadedMotoServer

from localcloud.clients import client_at
from localcloud.engine.ensure import ensure
from localcloud.layout import ROOT, Layout
from localcloud.provider.cloud import Cloud
from localcloud.provider.server import ProviderSettings, start
from ops import plan, wrapper

pytestmark = pytest.mark.integration

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    ],
}


@pytest.fixture
def aws(monkeypatch):
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "000000000000")
    monkeypatch.setattr(moto.settings, "ACM_VALIDATION_WAIT", 0)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    urllib.request.urlopen(f"http://{host}:{port}/moto-api/reset", b"").close()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def pulumi(tmp_path, aws):
    """Run Pulumi on the stack `local` of an empty program, against the emulated AWS."""
    engine = ensure()
    layout = Layout(tmp_path / "home")
    project = tmp_path / "project"
    project.mkdir()
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(ROOT / ".venv")}}
    (project / "Pulumi.yaml").write_text(json.dumps({"name": "shop", "runtime": runtime}))
    (project / "Pulumi.local.yaml").write_text('config: {"aws:region": eu-west-1}\n')
    (project / "__main__.py").write_text("")
    wrapper.write(layout, engine, root=project)
    server, port = start(ProviderSettings(layout=layout, port=0, mode="live"), Cloud(aws))
    made = plan.environment(layout, engine, f"aws:{port}", tmp_path / "none.json", "local")
    variables = made.over(os.environ)
    for name in ("PULUMI_OPTION_POLICY_PACK", "PULUMI_OPTION_POLICY_PACK_CONFIG"):
        variables.pop(name)

    def run(*words):
        return subprocess.run(
            [engine.cli, "--non-interactive", *words],
            cwd=project,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    run.project = project
    begun = run("stack", "init", "local")
    assert begun.returncode == 0, begun.stderr
    yield run
    server.stop(grace=None).wait()


def by_hand(aws):
    """Make one object of each type and return their import ids."""
    sqs, iam, logs, dynamodb, sns, s3 = (
        client_at(aws, name) for name in ("sqs", "iam", "logs", "dynamodb", "sns", "s3")
    )
    attributes = {"VisibilityTimeout": "45"}
    queue = sqs.create_queue(QueueName="hand", Attributes=attributes)["QueueUrl"]
    iam.create_role(RoleName="hand", AssumeRolePolicyDocument=json.dumps(TRUST))
    logs.create_log_group(logGroupName="/hand")
    dynamodb.create_table(
        TableName="hand",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    dynamodb.update_time_to_live(
        TableName="hand",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
    )
    place = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="hand-made", CreateBucketConfiguration=place)
    return {
        "aws:sqs/queue:Queue": queue,
        "aws:iam/role:Role": "hand",
        "aws:cloudwatch/logGroup:LogGroup": "/hand",
        "aws:dynamodb/table:Table": "hand",
        "aws:sns/topic:Topic": sns.create_topic(Name="hand")["TopicArn"],
        "aws:s3/bucket:Bucket": "hand-made",
    }


def test_the_generated_code_is_the_program_of_what_was_imported(pulumi, aws):
    resources = [
        {"type": type_, "name": type_.rpartition(":")[2].lower(), "id": id_}
        for type_, id_ in by_hand(aws).items()
    ]
    (pulumi.project / "import.json").write_text(json.dumps({"resources": resources}))

    done = pulumi("import", "--file", "import.json", "--out", "__main__.py", "--yes")

    assert done.returncode == 0, done.stdout + done.stderr
    code = (pulumi.project / "__main__.py").read_text()
    assert 'aws.sqs.Queue("queue"' in code
    assert "visibility_timeout_seconds=45" in code
    seen = pulumi("preview", "--diff", "--expect-no-changes")
    assert seen.returncode == 0, code + seen.stdout + seen.stderr
