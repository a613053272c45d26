from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from localcloud.aws import service_models
service_models.install()
import boto3
one, two = (
    boto3.Session(region_name="eu-west-1")._session.get_component("data_loader")
    for _ in range(2)
)
assert one is not two
first = one.load_service_model("sqs", "service-2")
assert first is two.load_service_model("sqs", "service-2")
"""


def test_two_sessions_share_one_model():
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=False, capture_output=True)

    assert done.returncode == 0, done.stderr.decode()
