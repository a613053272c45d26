"""Functions that look up objects answer what the objects have."""

from __future__ import annotations

import grpc
import pytest

from localcloud.provider.table import table
from localcloud.provider.values import Secret, unwrap_secrets
from tests.localcloud.provider.examples.documents import allow, trust

ROLE = "aws:iam/role:Role"
OWNER = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a"


def token(name):
    return f"aws:{name}:{name.rpartition('/')[2]}"


@pytest.fixture(scope="module")
def made(shared):
    """Make objects by hand, as other programs would have made them."""

    def make(type_, **inputs):
        one = shared.create(type_, inputs, "looked-up")
        return {**unwrap_secrets(one.outputs), "id": one.id}

    role = make(ROLE, assumeRolePolicy=trust(), name="seen", tags={"kind": "seen"})
    user = make("aws:iam/user:User")
    group = make("aws:iam/group:Group")
    make("aws:iam/groupMembership:GroupMembership", group=group["name"], users=[user["name"]])
    secret = make("aws:secretsmanager/secret:Secret", description="of the shop")
    version = make(
        "aws:secretsmanager/secretVersion:SecretVersion", secretId=secret["id"], secretString="s"
    )
    bucket = make("aws:s3/bucket:Bucket")
    text = {"content": '{"a": 1}', "contentType": "application/json", "tags": {"a": "b"}}
    one = make("aws:s3/bucketObjectv2:BucketObjectv2", bucket=bucket["bucket"], **text)
    return {
        "role": role,
        "user": user,
        "group": group,
        "policy": make("aws:iam/policy:Policy", policy=allow("s3:*", principal=None), name="own"),
        "profile": make("aws:iam/instanceProfile:InstanceProfile", role=role["name"]),
        "provider": make(
            "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
            url="https://seen.example.test",
            clientIdLists=["a"],
            thumbprintLists=["a" * 40],
        ),
        "parameter": make(
            "aws:ssm/parameter:Parameter", name="/app/key", type="SecureString", value="p"
        ),
        "secret": secret,
        "version": version,
        "zone": make("aws:route53/zone:Zone", name="seen.example.test"),
        "repository": make("aws:ecr/repository:Repository"),
        "logs": make("aws:cloudwatch/logGroup:LogGroup", retentionInDays=7),
        "bucket": bucket,
        "object": one,
    }


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (
            "iam/getRole",
            {"name": "{role[name]}"},
            {"arn": "{role[arn]}", "uniqueId": "{role[uniqueId]}", "maxSessionDuration": 3600,
             "tags": {"kind": "seen", "owner": "stage"}},
        ),
        (
            "iam/getUser",
            {"userName": "{user[name]}"},
            {"arn": "{user[arn]}", "userId": "{user[uniqueId]}", "id": "{user[uniqueId]}"},
        ),
        (
            "iam/getGroup",
            {"groupName": "{group[name]}"},
            {"arn": "{group[arn]}", "users": [{"arn": "{user[arn]}", "path": "/",
             "userId": "{user[uniqueId]}", "userName": "{user[name]}"}]},
        ),
        ("iam/getPolicy", {"arn": "{policy[arn]}"}, {"name": "{policy[name]}"}),
        ("iam/getPolicy", {"name": "{policy[name]}"}, {"id": "{policy[arn]}", "path": "/"}),
        (
            "iam/getInstanceProfile",
            {"name": "{profile[name]}"},
            {"arn": "{profile[arn]}", "roleArn": "{role[arn]}", "roleName": "{role[name]}"},
        ),
        (
            "iam/getOpenIdConnectProvider",
            {"url": "https://seen.example.test"},
            {"arn": "{provider[arn]}", "clientIdLists": ["a"], "thumbprintLists": ["a" * 40]},
        ),
        (
            "iam/getSessionContext",
            {"arn": "arn:aws:sts::000000000000:assumed-role/{role[name]}/ci"},
            {"issuerArn": "{role[arn]}", "issuerName": "{role[name]}", "sessionName": "ci"},
        ),
        (
            "iam/getSessionContext",
            {"arn": "arn:aws:iam::000000000000:user/me"},
            {"issuerArn": "arn:aws:iam::000000000000:user/me", "sessionName": ""},
        ),
        (
            "ssm/getParameter",
            {"name": "/app/key"},
            {"value": Secret("p"), "type": "SecureString", "version": 1, "id": "/app/key"},
        ),
        (
            "ssm/getParametersByPath",
            {"path": "/app"},
            {"names": ["/app/key"], "values": Secret(["p"]), "types": ["SecureString"]},
        ),
        (
            "secretsmanager/getSecret",
            {"name": "{secret[name]}"},
            {"arn": "{secret[arn]}", "id": "{secret[arn]}", "description": "of the shop"},
        ),
        (
            "secretsmanager/getSecretVersion",
            {"secretId": "{secret[name]}"},
            {"secretString": Secret("s"), "versionId": "{version[versionId]}",
             "versionStages": ["AWSCURRENT"]},
        ),
        (
            "route53/getZone",
            {"name": "seen.example.test."},
            {"zoneId": "{zone[zoneId]}", "privateZone": False, "resourceRecordSetCount": 2,
             "name": "seen.example.test"},
        ),
        (
            "ecr/getRepository",
            {"name": "{repository[name]}"},
            {"repositoryUrl": "{repository[repositoryUrl]}", "mostRecentImageTags": []},
        ),
        (
            "ecr/getAuthorizationToken",
            {},
            {"userName": "AWS", "password": Secret("000000000000-auth-token"),
             "proxyEndpoint": "https://000000000000.dkr.ecr.eu-west-1.amazonaws.com"},
        ),
        (
            "cloudwatch/getLogGroup",
            {"name": "{logs[name]}"},
            {"retentionInDays": 7, "arn": "{logs[arn]}"},
        ),
        (
            "s3/getBucket",
            {"bucket": "{bucket[bucket]}"},
            {"arn": "{bucket[arn]}", "websiteDomain": "s3-website-eu-west-1.amazonaws.com"},
        ),
        ("s3/getCanonicalUserId", {}, {"id": OWNER}),
        (
            "s3/getObject",
            {"bucket": "{bucket[bucket]}", "key": "{object[key]}"},
            {"body": '{{"a": 1}}', "contentLength": 8, "bodyBase64": "eyJhIjogMX0=",
             "tags": {"a": "b", "owner": "stage"}, "etag": "{object[etag]}"},
        ),
    ],
)  # fmt: skip
def test_an_object_that_exists_is_found(shared, made, function, arguments, expected):
    found = shared.invoke(token(function), filled(arguments, made))

    assert {key: found.get(key) for key in expected} == filled(expected, made)


def filled(value, made):
    """Return *value* with the outputs of what was made in it."""
    if isinstance(value, dict):
        return {key: filled(item, made) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, made) for item in value]
    return value.format_map(made) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("iam/getRole", {"name": "nobody"}),
        ("iam/getPolicy", {"name": "nobody"}),
        ("ssm/getParameter", {"name": "/nothing"}),
        ("ssm/getParametersByPath", {"path": "/nothing"}),
        ("secretsmanager/getSecret", {"name": "nothing"}),
        ("secretsmanager/getSecretVersion", {"secretId": "nothing"}),
        ("route53/getZone", {"name": "nothing.test"}),
        ("ecr/getRepository", {"name": "nothing"}),
        ("ecr/getImage", {"repositoryName": "nothing", "imageTag": "v1"}),
        ("rds/getInstance", {"dbInstanceIdentifier": "nothing"}),
        ("rds/getCluster", {"clusterIdentifier": "nothing"}),
        ("cloudwatch/getLogGroup", {"name": "nothing"}),
        ("s3/getBucket", {"bucket": "nothing"}),
        ("s3/getObject", {"bucket": "nothing", "key": "k"}),
    ],
)
def test_an_object_that_does_not_exist_may_be_described_in_the_file(stage, function, arguments):
    assert token(function) in table().lookups

    with pytest.raises(grpc.RpcError, match="or add this call to lookups"):
        stage.invoke(token(function), arguments)


def test_an_instance_is_looked_up(shared):
    made = shared.make("aws:rds/instance:Instance")

    found = shared.invoke(token("rds/getInstance"), {"dbInstanceIdentifier": made["identifier"]})

    assert (found["masterUsername"], found["resourceId"]) == ("root_user", made["id"])
    assert (found["dbName"], found["id"]) == ("example", made["identifier"])


def test_a_generated_password_is_secret_and_as_long_as_asked(stage):
    name = token("secretsmanager/getRandomPassword")

    found = stage.invoke(name, {"passwordLength": 20, "excludePunctuation": True})

    password = found["randomPassword"]
    assert isinstance(password, Secret)
    assert len(password.value) == 20
    assert password.value.isalnum()
    assert found["passwordLength"] == 20
