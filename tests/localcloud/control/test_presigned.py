"""Presigned URLs and POST policies are judged as S3 does."""

import base64
import datetime as dt
import json
from urllib.parse import parse_qsl

import boto3
import pytest
import requests
from botocore.config import Config

from localcloud.control.post_policy import judged
from tests.localcloud.aws.control_process import ControlProcess

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
BUCKET = "signed-for"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("presigned"))
    process.start()
    s3 = process.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=BUCKET, Key="a b%2F", Body=b"x")
    yield process
    process.stop()


@pytest.fixture(params=["s3", "s3v4"])
def s3(cloud, request):
    """A client for each version of signatures."""
    return client(cloud, request.param)


def client(cloud, version, *keys):
    session = boto3.session.Session(*(keys or ("local", "local")), region_name="eu-west-1")
    config = Config(signature_version=version, s3={"addressing_style": "path"})
    return session.client("s3", endpoint_url=f"http://127.0.0.1:{cloud.port}", config=config)


def signed(s3, operation="get_object", seconds=60, **parameters):
    found = {"Bucket": BUCKET, "Key": "a b%2F", **parameters}
    return s3.generate_presigned_url(operation, Params=found, ExpiresIn=seconds)


def refusal(answer):
    text = answer.text
    return answer.status_code, text.partition("<Code>")[2].partition("</Code>")[0]


def test_a_presigned_request_is_answered(s3):
    put = requests.put(
        signed(s3, "put_object", Key="new", ContentType="text/plain", Metadata={"a_b": "c"}),
        data=b"new",
        headers={"Content-Type": "text/plain", "x-amz-meta-a_b": "c"},
        timeout=9,
    )

    assert requests.get(signed(s3), timeout=9).content == b"x"
    assert put.status_code == 200
    got = requests.get(signed(s3, Key="new", ResponseContentType="a/b"), timeout=9)
    assert (got.content, got.headers["content-type"]) == (b"new", "a/b")


def test_an_expired_request_is_refused(s3):
    assert refusal(requests.get(signed(s3, seconds=-5), timeout=9)) in {
        (403, "AccessDenied"),
        (400, "AuthorizationQueryParametersError"),  # version 4 has no negative time
    }
    assert refusal(requests.get(signed(s3, seconds=1).replace("Expires=1", "Expires=0"), timeout=9))


def test_a_signature_of_another_request_is_refused(s3):
    url = signed(s3)

    assert refusal(requests.put(url, timeout=9)) == (403, "SignatureDoesNotMatch")
    other = url.replace(f"/{BUCKET}/a", f"/{BUCKET}/c")
    assert refusal(requests.get(other, timeout=9)) == (403, "SignatureDoesNotMatch")
    wrong = client_with_wrong_secret(s3)
    assert refusal(requests.get(signed(wrong), timeout=9)) == (403, "SignatureDoesNotMatch")


def client_with_wrong_secret(s3):
    session = boto3.session.Session("local", "wrong", region_name="eu-west-1")
    return session.client("s3", endpoint_url=s3.meta.endpoint_url, config=s3.meta.config)


def test_the_keys_of_a_role_sign_too(cloud):
    role = "arn:aws:iam::000000000000:role/signs"
    found = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="one")["Credentials"]
    keys = found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"]

    url = signed(client(cloud, "s3v4", *keys))

    assert requests.get(url, timeout=9).status_code == 200
    assert refusal(requests.head(url, timeout=9))[0] == 403


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"X-Amz-Expires": "604801"}, (400, "AuthorizationQueryParametersError")),
        ({"X-Amz-Expires": "x"}, (400, "AuthorizationQueryParametersError")),
        ({"X-Amz-Date": "20200101T000000Z"}, (403, "AccessDenied")),
        ({"X-Amz-Credential": "local"}, (400, "AuthorizationQueryParametersError")),
        ({"X-Amz-SignedHeaders": "host;x-amz-meta-a"}, (403, "SignatureDoesNotMatch")),
    ],
)
def test_wrong_parameters_are_refused(cloud, change, expected):
    url, _, query = signed(client(cloud, "s3v4")).partition("?")
    pairs = dict(parse_qsl(query))

    answer = requests.get(url, params={**pairs, **change}, timeout=9)

    assert refusal(answer) == expected


def test_a_header_that_is_not_signed_is_refused(cloud):
    url = signed(client(cloud, "s3v4"), "put_object")

    answer = requests.put(url, headers={"x-amz-meta-a": "b"}, timeout=9)

    assert refusal(answer) == (403, "AccessDenied")


def test_a_form_uploads_what_its_policy_allows(s3):
    post = s3.generate_presigned_post(BUCKET, "posted", Conditions=[["content-length-range", 2, 4]])

    def upload(size, **fields):
        form = {**post["fields"], **fields}
        return refusal(
            requests.post(post["url"], data=form, files={"file": b"x" * size}, timeout=9)
        )

    assert upload(3) == (204, "")
    assert upload(5) == (400, "EntityTooLarge")
    assert upload(1) == (400, "EntityTooSmall")
    assert upload(3, key="other") == (403, "AccessDenied")
    assert upload(3, tagging="x") == (403, "AccessDenied")
    assert upload(3, policy=base64.b64encode(b"{}").decode()) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    ("conditions", "form", "code"),
    [
        ([{"bucket": "b"}, ["starts-with", "$key", "u/"]], {"key": "u/1"}, None),
        ([["starts-with", "$key", "u/"]], {"key": "v/1"}, "AccessDenied"),
        ([["eq", "$acl", "private"]], {"acl": "public-read"}, "AccessDenied"),
        ([["eq", "$Content-Type", "a/b"]], {"content-type": "a/b", "x-ignore-me": "1"}, None),
        ([], {"key": "k"}, "AccessDenied"),
        ("x", {}, "InvalidPolicyDocument"),
    ],
)
def test_conditions(conditions, form, code):
    policy = {"expiration": (NOW + HOUR).isoformat(), "conditions": conditions}
    encoded = base64.b64encode(json.dumps(policy).encode()).decode()

    found = judged(encoded, {"bucket": "b", "policy": encoded, **form}, 1, NOW)

    assert (found and found.code) == code
    assert judged(encoded, {}, 1, NOW + 2 * HOUR) is not None
