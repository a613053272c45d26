"""Measures the share of validation in calls to the emulated AWS API.

Run `python -m bench.validation`. The control process answers a put of an item, a message, a
notification and a description; the same request is then validated alone, in this process.
"""

from __future__ import annotations

import io
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from localcloud.control.validation.requests import refusal
from tests.localcloud.aws.control_process import ControlProcess

CALLS = 300
MAX_RATIO = 0.05


def main() -> int:
    """Print the ratio of each call; return 1 if one is above MAX_RATIO."""
    process = ControlProcess(Path(tempfile.mkdtemp()))
    process.start()
    try:
        ratios = [_ratio(name, *call) for name, call in _calls(process).items()]
    finally:
        process.kill()
    return int(max(ratios) > MAX_RATIO)


def _calls(process: ControlProcess) -> dict[str, tuple[Any, str, dict[str, Any]]]:
    dynamodb, sqs, sns, s3 = (process.client(one) for one in ("dynamodb", "sqs", "sns", "s3"))
    dynamodb.create_table(
        TableName="bench",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    queue = sqs.create_queue(QueueName="bench")["QueueUrl"]
    topic = sns.create_topic(Name="bench")["TopicArn"]
    s3.create_bucket(Bucket="bench", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    item = {"id": {"S": "1"}, "lines": {"L": [{"M": {"sku": {"S": "a"}, "n": {"N": "1"}}}] * 5}}
    return {
        "dynamodb PutItem": (dynamodb, "PutItem", {"TableName": "bench", "Item": item}),
        "dynamodb GetItem": (
            dynamodb, "GetItem", {"TableName": "bench", "Key": {"id": {"S": "1"}}},
        ),
        "sqs SendMessage": (sqs, "SendMessage", {"QueueUrl": queue, "MessageBody": "x" * 500}),
        "sns Publish": (sns, "Publish", {"TopicArn": topic, "Message": "x" * 500}),
        "s3 PutObject": (s3, "PutObject", {"Bucket": "bench", "Key": "a/b", "Body": b"x" * 500}),
        "s3 GetObject": (s3, "GetObject", {"Bucket": "bench", "Key": "a/b"}),
        "s3 PutObjectTagging": (s3, "PutObjectTagging", {
            "Bucket": "bench", "Key": "a/b", "Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]},
        }),
        "sqs GetQueueAttributes": (
            sqs, "GetQueueAttributes", {"QueueUrl": queue, "AttributeNames": ["All"]},
        ),
    }  # fmt: skip


def _ratio(name: str, client: Any, operation: str, parameters: dict[str, Any]) -> float:
    sent: list[Any] = []
    client.meta.events.register("before-send.*.*", lambda request, **_: sent.append(request))
    # botocore puts a stream in place of the bytes of a body.
    call = _median(lambda: client._make_api_call(operation, dict(parameters)))  # noqa: SLF001
    environ, body = _environ(sent[-1])
    service = client.meta.service_model.signing_name

    def validate() -> None:
        if refusal({**environ, "wsgi.input": io.BytesIO(body)}, service) is not None:
            raise ValueError(f"{name} was refused")

    validation = _median(validate)
    ratio = validation / call
    sys.stdout.write(
        f"{name:24} call {call * 1e6:6.0f} us  validation {validation * 1e6:4.0f} us "
        f" ratio {ratio:.3f}\n"
    )
    return ratio


def _environ(request: Any) -> tuple[dict[str, Any], bytes]:
    body = request.body.read() if hasattr(request.body, "read") else request.body or b""
    body = body if isinstance(body, bytes) else body.encode()
    url = urlsplit(request.url)
    headers = {name.lower(): value for name, value in request.headers.items()}
    text = {k: v.decode() if isinstance(v, bytes) else v for k, v in headers.items()}
    environ = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": url.path,
        "RAW_URI": url.path,
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port),
        "wsgi.url_scheme": url.scheme,
        "HTTP_HOST": url.netloc,
        "CONTENT_TYPE": text.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in text.items()},
    }
    return environ, body


def _median(call: Any) -> float:
    seconds: list[float] = []
    for _ in range(CALLS):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


if __name__ == "__main__":
    sys.exit(main())
