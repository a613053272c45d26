"""What the control plane does not answer."""

import http.client

import pytest
import requests

from tests.localcloud.aws.control_process import ControlProcess

ELSEWHERE = {"Origin": "https://somewhere.example"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("guard"))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def ask(cloud):
    def request(method, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=10)
        connection.request(method, path, headers=headers)
        status = connection.getresponse().status
        connection.close()
        return status

    return request


def test_motos_own_routes_are_not_there(ask, cloud):
    queue = cloud.client("sqs").create_queue(QueueName="kept-from-a-reset")["QueueUrl"]

    paths = ("/moto-api/reset", "/moto-api/", "/favicon.ico", "/latest/meta-data/x")
    statuses = [ask(method, path) for path in paths for method in ("GET", "POST")]

    assert statuses == [404, 412] * len(paths)
    assert cloud.client("sqs").get_queue_url(QueueName="kept-from-a-reset")["QueueUrl"] == queue


@pytest.mark.parametrize(
    ("bucket", "key"),
    [
        ("moto-api", "reset"),
        ("latest", "meta-data/x"),
        ("2015-03-31", "functions/f/invocations"),
        ("restapis", "k"),
    ],
)
def test_a_bucket_may_have_the_name_of_a_path_of_another_service(cloud, bucket, key):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)

    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"x"
    assert upload["Key"] == key
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})
    assert requests.get(url, timeout=9).content == b"x"


@pytest.mark.parametrize("path", ["/_bulkhead/health", "/2015-03-31/functions/f/invocations", "/"])
def test_a_page_from_elsewhere_is_refused_everywhere(ask, path):
    assert ask("POST", path, **ELSEWHERE) == 403
    assert ask("GET", path, Host="rebound.example") == 403
