"""Tests of policy.rules.ssm."""

import json

from policy.rules.ssm import (
    ssm_document_not_shared_openly,
    ssm_secret_parameter_is_secure,
    ssm_secure_parameter_own_key,
    ssm_session_encrypted,
    ssm_session_logged,
)
from policy.testing import check, unknown

KEY = "arn:aws:kms:eu-west-1:1:key/a"
PARAMETER = "aws:ssm/parameter:Parameter"
SECURE = {"name": "/orders/db_password", "type": "SecureString", "value": "x", "keyId": KEY}
DOCUMENT = "aws:ssm/document:Document"
LOGGED = {"cloudWatchLogGroupName": "/shop/sessions", "cloudWatchEncryptionEnabled": True}
STORED = {"s3BucketName": "shop-sessions", "s3EncryptionEnabled": True}
YAML = """
schemaVersion: '1.0'
sessionType: Standard_Stream
inputs:
  s3BucketName: shop-sessions
  s3EncryptionEnabled: {encrypted}
"""


def test_ssm_secret_parameter_is_secure():
    check(
        ssm_secret_parameter_is_secure,
        PARAMETER,
        SECURE,
        kept=[
            {"name": "/orders/table_name", "type": "String"},
            {"name": None, "type": "String"},
            {"name": "/orders/TOKEN_ISSUER", "type": "String"},
            {"type": "String", "value": "https://id.acme.example"},
            {"value": None, "insecureValue": "300"},
        ],
        broken=[
            {"type": "String"},
            {"type": None},
            {"insecureValue": "x"},
            {"type": "String", "value": unknown},
        ],
        unknown_at=["name", "type"],
    )


def test_ssm_secure_parameter_own_key():
    check(
        ssm_secure_parameter_own_key,
        PARAMETER,
        SECURE,
        kept=[{"type": "String", "keyId": None}],
        broken=[{"keyId": None}, {"keyId": "alias/aws/ssm"}],
        unknown_at=["keyId", "type"],
    )


def test_ssm_document_not_shared_openly():
    check(
        ssm_document_not_shared_openly,
        DOCUMENT,
        {"documentType": "Command", "content": "{}"},
        kept=[{"permissions": {"type": "Share", "accountIds": "123456789012"}}],
        broken=[{"permissions": {"type": "Share", "accountIds": "123456789012,all"}}],
        unknown_at=["permissions"],
    )


def test_ssm_session_encrypted():
    encrypted = {"schemaVersion": "1.0", "inputs": {"kmsKeyId": "alias/sessions"}}
    check(
        ssm_session_encrypted,
        DOCUMENT,
        {"documentType": "Session", "content": json.dumps(encrypted)},
        kept=[
            {"content": "inputs:\n  kmsKeyId: alias/sessions"},
            {"documentType": "Command", "content": "{}"},
        ],
        broken=[{"content": json.dumps({"inputs": {}})}, {"content": "inputs: {kmsKeyId: ''}"}],
        unknown_at=["content", "documentType"],
    )


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
