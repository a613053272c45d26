"""What the control plane does not answer."""

import http.client

import pytest

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
    statuses = [ask("POST", path) for path in paths]

    assert statuses == [404] * len(paths)
    assert cloud.client("sqs").get_queue_url(QueueName="kept-from-a-reset")["QueueUrl"] == queue


@pytest.mark.parametrize("path", ["/_bulkhead/health", "/2015-03-31/functions/f/invocations", "/"])
def test_a_page_from_elsewhere_is_refused_everywhere(ask, path):
    assert ask("POST", path, **ELSEWHERE) == 403
    assert ask("GET", path, Host="rebound.example") == 403
