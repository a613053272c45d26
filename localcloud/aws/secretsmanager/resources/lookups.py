"""Secrets Manager: functions that look up secrets and generate passwords."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from localcloud.provider import shapes
from localcloud.provider.lookups import LookupFailedError
from localcloud.provider.values import Secret

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Invoke, Properties


def secret(context: Context) -> Properties:
    """Return a secret without its value."""
    id_ = context.inputs.get("arn") or context.inputs.get("name")
    found = context.call("DescribeSecret", "secretsmanager", SecretId=id_)
    if found.get("DeletedDate"):
        raise LookupFailedError(f"the secret {id_} is scheduled for deletion")
    policy = context.call("GetResourcePolicy", "secretsmanager", SecretId=id_)
    return {
        "arn": found["ARN"],
        "createdDate": shapes.to_json_types(found.get("CreatedDate")),
        "description": found.get("Description", ""),
        "id": found["ARN"],
        "kmsKeyId": found.get("KmsKeyId", ""),
        "lastChangedDate": shapes.to_json_types(found.get("LastChangedDate")),
        "name": found["Name"],
        "policy": policy.get("ResourcePolicy", ""),
        "region": context.region,
        "tags": {tag["Key"]: tag["Value"] for tag in found.get("Tags", ())},
        "type": "",
    }


def secret_version(context: Context) -> Properties:
    """Return a version of a secret; its value is secret."""
    inputs = context.inputs
    stage = inputs.get("versionStage") or "AWSCURRENT"
    version = {"VersionId": inputs["versionId"]} if inputs.get("versionId") else {}
    wanted = version or {"VersionStage": stage}
    found = context.call("GetSecretValue", "secretsmanager", SecretId=inputs["secretId"], **wanted)
    binary = found.get("SecretBinary")
    return {
        "arn": found["ARN"],
        "createdDate": shapes.to_json_types(found.get("CreatedDate")),
        "id": f"{inputs['secretId']}|{found['VersionId']}",
        "region": context.region,
        "secretArn": found["ARN"],
        "secretBinary": Secret(base64.b64encode(binary).decode() if binary else ""),
        "secretId": inputs["secretId"],
        "secretString": Secret(found.get("SecretString", "")),
        "versionId": found["VersionId"],
        "versionStage": inputs.get("versionStage"),
        "versionStages": found.get("VersionStages", []),
    }


def random_password(context: Context) -> Properties:
    """Return a generated password, which is secret."""
    wanted = {
        key[0].upper() + key[1:]: value
        for key, value in context.inputs.items()
        if key not in ("randomPassword", "region")
    }
    found = context.call("GetRandomPassword", "secretsmanager", **wanted)["RandomPassword"]
    password = Secret(found)
    return {**context.inputs, "id": password, "region": context.region, "randomPassword": password}


INVOKES: dict[str, Invoke] = {
    "aws:secretsmanager/getRandomPassword:getRandomPassword": random_password,
}
LOOKUPS: dict[str, Invoke] = {
    "aws:secretsmanager/getSecret:getSecret": secret,
    "aws:secretsmanager/getSecretVersion:getSecretVersion": secret_version,
}
