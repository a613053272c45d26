"""What the rule on the logs of sessions accepts and refuses."""

import json

from policy.rules.observability.ssm import ssm_session_logged
from policy.testing import check, unknown

LOGGED = {"cloudWatchLogGroupName": "/shop/sessions", "cloudWatchEncryptionEnabled": True}
STORED = {"s3BucketName": "shop-sessions", "s3EncryptionEnabled": True}
YAML = """
schemaVersion: '1.0'
sessionType: Standard_Stream
inputs:
  s3BucketName: shop-sessions
  s3EncryptionEnabled: {encrypted}
"""


def session(**inputs):
    settings = {"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": inputs}
    return {"content": json.dumps(settings)}


def test_ssm_session_logged():
    check(
        ssm_session_logged,
        "aws:ssm/document:Document",
        {"name": "SSM-SessionManagerRunShell", "documentType": "Session"} | session(**LOGGED),
        kept=[
            session(**STORED),
            session(**STORED, cloudWatchLogGroupName="", cloudWatchEncryptionEnabled=False),
            {"content": YAML.format(encrypted="true"), "documentFormat": "YAML"},
            session() | {"documentType": "Command"},
            {"content": "{ no document"},
            {"content": {"inputs": {"s3BucketName": unknown, "s3EncryptionEnabled": unknown}}},
        ],
        broken=[
            session(),
            {"content": None},
            session(cloudWatchLogGroupName="/shop/sessions"),
            session(**LOGGED | {"cloudWatchEncryptionEnabled": False}),
            session(**LOGGED | {"cloudWatchLogGroupName": ""}),
            session(cloudWatchLogGroupName="/shop/sessions", s3EncryptionEnabled=True),
            {"content": YAML.format(encrypted="false"), "documentFormat": "YAML"},
        ],
        unknown_at=["content", "documentType"],
    )
