from __future__ import annotations

import io
import json
import time
import zipfile
from itertools import count

import pytest
from botocore.exceptions import ClientError

from localcloud.engines.servers import Servers
from localcloud.ports import claim
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.aws.fake_workers import FakeWorkers


def rotator(cloud, fail_first=0):
    """A rotation function that does what AWS's template does."""
    attempts = count()

    def answer(_path, event):
        client = cloud.client("secretsmanager")
        secret, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
        if step == "setSecret" and next(attempts) < fail_first:
            return {"X-Amz-Function-Error": "Unhandled"}, b'{"errorMessage": "not yet"}'
        if step == "createSecret":
            stages = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
            assert stages[token] == ["AWSPENDING"]
            client.put_secret_value(
                SecretId=secret,
                ClientRequestToken=token,
                SecretString="new",
                VersionStages=["AWSPENDING"],
            )
        if step == "finishSecret":
            stages = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
            current = next(v for v, found in stages.items() if "AWSCURRENT" in found)
            client.update_secret_version_stage(
                SecretId=secret,
                VersionStage="AWSCURRENT",
                MoveToVersionId=token,
                RemoveFromVersionId=current,
            )
        return {}, b"null"

    return answer


def wait_for(check, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def rotated(cloud, name):
    client = cloud.client("secretsmanager")
    found = client.describe_secret(SecretId=name)
    stages = found["VersionIdsToStages"].values()
    return found if any("AWSPREVIOUS" in one for one in stages) else None


@pytest.mark.parametrize(
    ("failures", "rules"),
    [(0, {"AutomaticallyAfterDays": 30}), (1, {"ScheduleExpression": "rate(30 days)"})],
)
def test_a_rotation_runs_its_four_steps_and_again_after_a_failure(
    cloud, workers, make_function, failures, rules
):
    client = cloud.client("secretsmanager")
    name = f"rotated-{failures}"
    arn = make_function(f"rotator-{failures}")["FunctionArn"]
    client.create_secret(Name=name, SecretString="old")
    workers.answer = rotator(cloud, fail_first=failures)

    with pytest.raises(ClientError, match="evaluates rate"):
        client.rotate_secret(
            SecretId=name, RotationLambdaARN=arn, RotationRules={"ScheduleExpression": "cron(0 1)"}
        )
    answer = client.rotate_secret(SecretId=name, RotationLambdaARN=arn, RotationRules=rules)

    token = answer["VersionId"]
    found = wait_for(lambda: rotated(cloud, name))
    steps = [event["Step"] for path, _, event in workers.calls if f"rotator-{failures}" in path]
    assert steps[0] == "createSecret"
    assert steps[-1] == "finishSecret"
    assert client.get_secret_value(SecretId=name)["SecretString"] == "new"
    previous = client.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")
    assert previous["SecretString"] == "old"
    assert found["RotationEnabled"] is True
    assert found["RotationRules"] == rules
    in_days = (found["NextRotationDate"].timestamp() - time.time()) / 86_400
    assert 29 < in_days <= 30
    wait_for(
        lambda: client.describe_secret(SecretId=name)["VersionIdsToStages"][token] == ["AWSCURRENT"]
    )


def test_until_it_is_done_the_current_value_is_the_old_one(cloud, workers, make_function):
    client = cloud.client("secretsmanager")
    arn = make_function("never")["FunctionArn"]
    client.create_secret(Name="held", SecretString="old")
    workers.answer = lambda _path, _event: ({"X-Amz-Function-Error": "Unhandled"}, b"{}")

    client.rotate_secret(SecretId="held", RotationLambdaARN=arn)

    assert client.get_secret_value(SecretId="held")["SecretString"] == "old"
    with pytest.raises(ClientError, match="previous rotation"):
        client.rotate_secret(SecretId="held")
    client.delete_secret(SecretId="held", ForceDeleteWithoutRecovery=True)  # ends its attempts


def test_a_missing_function_is_refused(cloud):
    client = cloud.client("secretsmanager")
    client.create_secret(Name="no-function", SecretString="old")

    with pytest.raises(ClientError, match="can't find the specified Lambda"):
        client.rotate_secret(
            SecretId="no-function",
            RotationLambdaARN="arn:aws:lambda:eu-west-1:000000000000:function:none",
        )


def test_it_can_be_set_up_without_rotating(cloud, workers, make_function):
    client = cloud.client("secretsmanager")
    arn = make_function("later")["FunctionArn"]
    client.create_secret(Name="later", SecretString=json.dumps({"a": 1}))

    client.rotate_secret(SecretId="later", RotationLambdaARN=arn, RotateImmediately=False)

    found = client.describe_secret(SecretId="later")
    assert found["RotationEnabled"] is True
    assert list(found["VersionIdsToStages"].values()) == [["AWSCURRENT"]]
    # The rotation of another test, which fails, is tried again meanwhile.
    assert [path for path, _, _ in workers.calls if "later" in path] == []


def test_a_rotation_that_was_accepted_continues_after_a_kill(tmp_path):
    process = ControlProcess(tmp_path)
    process.start()
    client = process.client("secretsmanager")
    process.client("iam").create_role(
        RoleName="r",
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            }
        ),
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as whole:
        whole.writestr("main.py", "")
    arn = process.client("lambda").create_function(
        FunctionName="rotator",
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/r",
        Handler="main.handler",
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    client.create_secret(Name="s", SecretString="old")
    client.rotate_secret(SecretId="s", RotationLambdaARN=arn)  # nobody can run the function yet

    process.restart_after_kill()

    try:
        with FakeWorkers(claim(process.layout, "workers")) as workers:
            workers.answer = rotator(process)
            wait_for(lambda: rotated(process, "s"))
            assert client.get_secret_value(SecretId="s")["SecretString"] == "new"
    finally:
        process.kill()


def test_it_waits_while_the_engine_of_the_database_is_missing(cloud, workers, make_function):
    client, servers = cloud.client("secretsmanager"), Servers(cloud.layout)
    arn = make_function("waiting")["FunctionArn"]
    tags = [{"Key": "service", "Value": "reports"}]
    client.create_secret(Name="waits", SecretString="old", Tags=tags)
    workers.answer = rotator(cloud)
    servers.create("sqlserver", "reports", {}, service="reports")

    answer = client.rotate_secret(SecretId="waits", RotationLambdaARN=arn)
    time.sleep(0.3)
    before = list(workers.calls)
    servers.delete("sqlserver", "reports")
    wait_for(lambda: rotated(cloud, "waits"))

    assert ("VersionId" in answer, before) == (False, [])
    assert client.get_secret_value(SecretId="waits")["SecretString"] == "new"
