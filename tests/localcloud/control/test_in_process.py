"""The provider's calls without a connection: the application sees what the server would show it."""

import io
import threading

import pytest

from localcloud.clients import client_at
from localcloud.control.in_process import sender
from localcloud.control.server import Server
from localcloud.ports import HOST
from localcloud.provider.cloud import AwsError, Cloud

CONNECTION = {
    "HTTP_ACCEPT_ENCODING",
    "REMOTE_HOST",
    "REMOTE_PORT",
    "SERVER_NAME",
    "SERVER_SOFTWARE",
}
"""What describes the connection or the server."""
VARIES = {"HTTP_X_AMZ_DATE", "HTTP_AUTHORIZATION", "HTTP_AMZ_SDK_INVOCATION_ID"}


class Recorder:
    """A WSGI application that answers every request alike and keeps what it was asked."""

    def __init__(self):
        self.asked = []
        self.status, self.headers, self.body = "200 OK", [("x-amz-request-id", "r-1")], b"{}"

    def __call__(self, environ, start_response):
        seen = {name: value for name, value in environ.items() if isinstance(value, str | dict)}
        size = int(environ.get("CONTENT_LENGTH") or 0)
        self.asked.append((seen, environ["wsgi.input"].read(size)))
        start_response(self.status, [*self.headers, ("Content-Length", str(len(self.body)))])
        return [self.body]


@pytest.fixture(scope="module")
def recorder():
    return Recorder()


@pytest.fixture(scope="module")
def port(recorder):
    server = Server(0)
    thread = threading.Thread(target=server.serve, args=[recorder])
    thread.start()
    yield server._server.socket.getsockname()[1]
    server.stop()
    thread.join()
    for connection in [*server._server.active_channels.values(), server._server]:
        connection.close()


CALLS = {
    "json": ("dynamodb", "list_tables", {"Limit": 1}),
    "query": ("sts", "get_caller_identity", {}),
    "rest-json": ("lambda", "get_function", {"FunctionName": "a b", "Qualifier": "1"}),
    "key": ("s3", "put_object", {"Bucket": "b", "Key": "a%2Fb c/ü?", "Body": b"\0\xff"}),
    "file": ("s3", "put_object", {"Bucket": "b", "Key": "k", "Body": io.BytesIO(b"text")}),
    "metadata": ("s3", "put_object", {"Bucket": "b", "Key": "k", "Metadata": {"Own-key": "v"}}),
    "list": ("s3", "list_objects_v2", {"Bucket": "b", "Prefix": "a/b +"}),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_application_is_asked_as_over_http(recorder, port, call):
    service, operation, arguments = call
    over_http = client_at(f"http://{HOST}:{port}", service)
    inside = client_at(f"http://{HOST}:{port}", service)
    inside.meta.events.register("before-send", sender(recorder))
    recorder.asked.clear()
    is_json = service in {"dynamodb", "lambda"}
    recorder.body = b"{}" if is_json else b"<R><GetCallerIdentityResult/></R>"

    for client in (over_http, inside):
        for value in arguments.values():
            if isinstance(value, io.BytesIO):
                value.seek(0)
        getattr(client, operation)(**arguments)

    (first, first_body), (second, second_body) = recorder.asked
    assert second_body == first_body
    assert second.keys() - VARIES >= first.keys() - CONNECTION - VARIES
    for name in first.keys() - CONNECTION - VARIES:
        assert second[name] == first[name], name


def test_the_answer_and_its_errors_are_read_as_over_http(recorder):
    cloud = Cloud("http://127.0.0.1:1", sender(recorder))
    recorder.status, recorder.body = "200 OK", b'{"TableNames": ["orders"]}'

    found = cloud.call("dynamodb", "eu-west-1", "ListTables", {})

    assert found["TableNames"] == ["orders"]
    assert found["ResponseMetadata"]["HTTPHeaders"]["x-amz-request-id"] == "r-1"
    recorder.status = "400 Bad Request"
    recorder.body = b'{"__type": "x#ResourceNotFoundException", "message": "there is none"}'
    with pytest.raises(AwsError, match="there is none") as raised:
        cloud.call("dynamodb", "eu-west-1", "DescribeTable", {"TableName": "orders"})
    assert raised.value.code == "ResourceNotFoundException"


def test_a_streamed_body_is_read(recorder):
    client = client_at("http://127.0.0.1:1", "s3")
    client.meta.events.register("before-send", sender(recorder))
    recorder.status, recorder.body = "200 OK", b"contents"

    assert client.get_object(Bucket="b", Key="k")["Body"].read() == b"contents"
