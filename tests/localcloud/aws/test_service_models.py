"""botocore's models within the control process; each promise is held in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEGIN = """
from localcloud.aws import service_models
service_models.install()
import boto3
from moto.core.loaders import create_loader
one, two = (
    boto3.Session(region_name="eu-west-1")._session.get_component("data_loader")
    for _ in range(2)
)
"""
PROMISES = {
    "two sessions share one model": """
assert one is not two
assert one.load_service_model("sqs", "service-2") is two.load_service_model("sqs", "service-2")
""",
    "moto shares it too": """
ours, motos = (loader.load_service_model("sns", "service-2") for loader in (one, create_loader()))
assert ours is motos
""",
    "what one of them adds to stays its own": """
ours, motos = (loader.load_service_model("rds", "service-2") for loader in (one, create_loader()))
key = "SourceRegion"  # botocore adds it, moto does not
name = "CopyDBSnapshotMessage"
assert key in ours["shapes"][name]["members"]
assert key not in motos["shapes"][name]["members"]
ours, motos = (loader.load_service_model("sqs", "service-2") for loader in (one, create_loader()))
assert ours != motos  # moto adds to it
""",
    "there is no documentation, and members of that name remain": """
model = one.load_service_model("apigateway", "service-2")
assert model["operations"]["CreateApiKey"]["documentation"] == ""
member = [("documentation", {"shape": "Text"})]
assert service_models._without_documentation(member) == {"documentation": {"shape": "Text"}}
""",
    "a client answers as before": """
from botocore.stub import Stubber
sqs = boto3.client("sqs", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
with Stubber(sqs) as stub:
    stub.add_response("list_queues", {"QueueUrls": ["u"]})
    assert sqs.list_queues()["QueueUrls"] == ["u"]
""",
}


@pytest.mark.parametrize("promise", PROMISES)
def test_a_control_process_promises_that(promise):
    program = BEGIN + PROMISES[promise]

    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)

    assert done.returncode == 0, done.stderr.decode()
