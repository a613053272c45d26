"""A task fetches the credentials of its role from the workers, with its own token."""

from __future__ import annotations

import json
import sys

import pytest

from localcloud.account import ACCOUNT
from localcloud.runtime.tasks import run as tasks
from localcloud.runtime.tasks.credentials import TaskCredentials
from tests.localcloud.runtime.fake_cloud import control_plane, eventually, workers
from tests.localcloud.runtime.tasks.conftest import IMAGE

ROLE = f"arn:aws:iam::{ACCOUNT}:role/services/orders"
TELL = """
import boto3, botocore.exceptions, json, os
try:
    sts = boto3.client("sts")
    told = sts.get_caller_identity()["Arn"]
    claim = sts.get_web_identity_token(Audience=["catalog.local"], SigningAlgorithm="RS256")
    import base64
    payload = claim["WebIdentityToken"].split(".")[1]
    told = [told, json.loads(base64.urlsafe_b64decode(payload + "=="))["sub"]]
except botocore.exceptions.NoCredentialsError:
    told = "no credentials"
with open(os.environ["ANSWER"], "w") as file:
    json.dump([told, "AWS_ACCESS_KEY_ID" in os.environ], file)
"""


@pytest.fixture
def answer(tmp_path):
    return tmp_path / "answer.json"


def run_task(cloud, answer, **settings):
    """Run a task that writes its identity to *answer*."""
    ecs = cloud.client("ecs")
    container = {
        "name": "orders",
        "image": IMAGE,
        "command": [sys.executable, "-c", TELL],
        "memory": 64,
        "environment": [{"name": "ANSWER", "value": str(answer)}],
    }
    definition = ecs.register_task_definition(
        family="orders", containerDefinitions=[container], **settings
    )["taskDefinition"]["taskDefinitionArn"]
    ecs.create_cluster(clusterName="main")
    ran = ecs.run_task(cluster="main", taskDefinition=definition)
    return ran["tasks"][0]["taskArn"].rpartition("/")[2]


@pytest.mark.parametrize("role", [ROLE, None])
async def test_a_task_has_the_credentials_of_its_role_and_none_without(
    layout, answer, role, monkeypatch, tmp_path
):
    profile = tmp_path / "user"
    (profile / ".aws").mkdir(parents=True)
    keys = "[default]\naws_access_key_id = AKIAUSER\naws_secret_access_key = user\n"
    (profile / ".aws" / "credentials").write_text(keys)
    monkeypatch.setenv("HOME", str(profile))
    settings = {"taskRoleArn": role} if role else {}
    with control_plane(layout.home) as cloud:
        iam = cloud.client("iam")
        iam.enable_outbound_web_identity_federation()
        iam.create_role(RoleName="orders", Path="/services/", AssumeRolePolicyDocument="{}")
        allow = {"Effect": "Allow", "Action": "sts:GetWebIdentityToken", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        iam.put_role_policy(RoleName="orders", PolicyName="own", PolicyDocument=document)
        async with workers(layout, cloud, tasks=tasks.run):
            task = run_task(cloud, answer, **settings)
            await eventually(lambda: answer.exists() and answer.read_text(), 20)

    identity = [f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/{task}", ROLE]
    assert json.loads(answer.read_text()) == [identity if role else "no credentials", False]


class Request:
    """A request for the credentials of *task_id*."""

    def __init__(self, task_id, token):
        self.path = f"/credentials/{task_id}"
        self.headers = {"Authorization": token} if token is not None else {}


@pytest.mark.parametrize("token", [None, "", "wrong", "é"])
async def test_another_token_is_refused(token):
    credentials = TaskCredentials(None, "http://127.0.0.1:1")
    credentials.grant("t1", ROLE)

    assert (await credentials.answer(Request("t1", token))).status == 401


async def test_a_stopped_task_gets_none():
    credentials = TaskCredentials(None, "http://127.0.0.1:1")
    granted = credentials.grant("t1", ROLE)
    token = granted["AWS_CONTAINER_AUTHORIZATION_TOKEN"]

    credentials.revoke("t1")

    assert (await credentials.answer(Request("t1", token))).status == 404
