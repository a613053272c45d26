"""Commands with `--env` use the account of the environment: here a local cloud stands in for it."""

import json
from functools import partial

import boto3
import pytest

from localcloud.account import ACCOUNT
from ops import clients, dead_letters, jobs, main
from tests.localcloud.aws.control_process import ControlProcess

REGION, ELSEWHERE = "eu-north-1", "eu-west-3"
QUEUE = "bulkhead-staging-orders-stock-changed"
TAGS = {"environment": "staging", "service": "loans", "job": "settle"}


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    made = ControlProcess(tmp_path_factory.mktemp("account"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def account(process, tmp_path, monkeypatch):
    """Let boto3 find the account, and nothing else of this machine; return what makes clients."""
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", ELSEWHERE)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{process.port}")
    return lambda service, region=REGION: boto3.client(service, region_name=region)


@pytest.fixture
def settings(account, tmp_path, monkeypatch):
    """Write the settings of `staging`, whose account is given."""

    def write(account):
        lines = f'config:\n  bulkhead:account: "{account}"\n  bulkhead:region: {REGION}\n'
        (tmp_path / "Pulumi.staging.yaml").write_text(lines)

    monkeypatch.setattr(clients, "ROOT", tmp_path)
    monkeypatch.setattr(dead_letters, "known_environments", lambda: ["staging"])
    write(ACCOUNT)
    return write


@pytest.fixture
def bulkhead(tmp_path, monkeypatch, capsys, settings):
    """Run the command for `staging`; return its exit code, its output and its complaints."""
    monkeypatch.setenv("BULKHEAD_HOME", str(tmp_path))

    def run(*words):
        monkeypatch.setattr("sys.argv", ["bulkhead", *words, "--env", "staging"])
        with pytest.raises(SystemExit) as caught:
            main.main()
        printed = capsys.readouterr()
        return caught.value.code, printed.out, " ".join(printed.err.split())

    return run


def test_dead_letters_of_an_environment_are_those_in_its_account_and_region(account, bulkhead):
    for region, body in ((REGION, "here"), (ELSEWHERE, "elsewhere")):
        sqs = account("sqs", region)
        dead = sqs.create_queue(QueueName=f"{QUEUE}-dead-letters-abc123")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
        policy = {
            "deadLetterTargetArn": arn["Attributes"]["QueueArn"],
            "maxReceiveCount": 1,
        }
        redrive = {"RedrivePolicy": json.dumps(policy)}
        sqs.create_queue(QueueName=f"{QUEUE}-queue-def456", Attributes=redrive)
        reason = {"reason": {"DataType": "String", "StringValue": body}}
        sqs.send_message(QueueUrl=dead, MessageBody=body, MessageAttributes=reason)

    code, shown, problem = bulkhead("dead-letters", "list")

    assert (code, problem) == (0, "")
    name, count, _, reason = shown.split()
    assert (name, count, reason) == ("orders-stock-changed", "1", "here")


def test_a_job_of_an_environment_is_found_in_its_account(account, settings, tmp_path):
    role = f"arn:aws:iam::{ACCOUNT}:role/job"
    definition = json.dumps({"StartAt": "Run", "States": {"Run": {"Type": "Succeed"}}})
    made = account("stepfunctions").create_state_machine(
        name="settle",
        definition=definition,
        roleArn=role,
        tags=[{"key": key, "value": value} for key, value in TAGS.items()],
    )

    found = jobs.find(partial(clients.client, tmp_path, "staging"), "staging", "loans", "settle")

    assert found == made["stateMachineArn"]
    assert f":{REGION}:{ACCOUNT}:" in found


def test_metrics_of_an_environment_are_asked_for_in_its_region(settings, tmp_path):
    assert clients.client(tmp_path, "staging", "cloudwatch").meta.region_name == REGION


def test_credentials_of_another_account_are_refused(bulkhead, settings):
    settings("999999999999")

    code, _, problem = bulkhead("dead-letters", "list")

    assert code == 1
    assert (
        f"The credentials are of the account {ACCOUNT}: use credentials of 999999999999" in problem
    )


def test_missing_credentials_are_an_error_without_a_traceback(bulkhead, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    code, _, problem = bulkhead("dead-letters", "list")

    assert code == 1
    assert "needs credentials of AWS: sign in to the account" in problem
