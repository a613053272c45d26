"""An asyncio client of the emulated AWS, with botocore's serializers, parsers and errors.

boto3 blocks a thread per call, so a hundred long polls would need a hundred threads.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

import aiohttp
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, prepare_request_dict
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

CREDENTIALS = Credentials("local", "local")
FIRST_ERROR_STATUS = 300


@dataclass(frozen=True)
class AwsApi:
    """Calls operations by botocore's names of service and operation."""

    endpoint: str
    http: aiohttp.ClientSession
    region: str

    async def __call__(
        self,
        service: str,
        operation: str,
        /,
        *,
        region: str | None = None,
        seconds: float = 30,
        **parameters: Any,
    ) -> dict[str, Any]:
        """Return the response of *operation*; raises ClientError for an error response.

        *seconds* is the timeout of the call; for a long poll it must exceed the wait time.
        """
        model, serializer, parser = _protocol(service)
        shape = model.operation_model(operation)
        request = _request(serializer, shape, parameters, self.endpoint)
        SigV4Auth(CREDENTIALS, model.signing_name, region or self.region).add_auth(request)
        prepared = request.prepare()
        headers = {name: _text(value) for name, value in prepared.headers.items()}
        async with self.http.request(
            prepared.method,
            prepared.url,
            data=_body(prepared.body),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=seconds),
            skip_auto_headers=("Content-Type",),
        ) as response:
            body = await response.read()
            answer = {
                "headers": {k.lower(): v for k, v in response.headers.items()},
                "status_code": response.status,
                "body": body,
            }
        parsed: dict[str, Any] = parser.parse(answer, shape.output_shape)
        if answer["status_code"] >= FIRST_ERROR_STATUS:
            raise ClientError(parsed, operation)  # pyright: ignore[reportArgumentType]
        return parsed

    async def pages(self, service: str, operation: str, key: str, **parameters: Any) -> list[Any]:
        """Return the elements of *key* from all pages (`Marker` or `NextToken`)."""
        found: list[Any] = []
        while True:
            answer = await self(service, operation, **parameters)
            found += answer.get(key, [])
            for returned, parameter in (("NextMarker", "Marker"), ("NextToken", "NextToken")):
                if answer.get(returned):
                    parameters[parameter] = answer[returned]
                    break
            else:
                return found


def error_code(error: ClientError) -> str:
    """Return the AWS error code, such as `ResourceNotFoundException`."""
    return error.response.get("Error", {}).get("Code", "")


@cache
def _protocol(service: str) -> tuple[ServiceModel, Any, Any]:
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    protocol = model.resolved_protocol
    return model, create_serializer(protocol), create_parser(protocol)


def _request(serializer: Any, shape: Any, parameters: Any, endpoint: str) -> AWSRequest:
    request: Any = serializer.serialize_to_request(parameters, shape)
    prepare_request_dict(request, endpoint_url=endpoint, user_agent="bulkhead-workers")
    return AWSRequest(
        method=request["method"],
        url=request["url"],
        data=request["body"],
        headers=request["headers"],
    )


def _body(body: Any) -> io.BytesIO | None:
    # aiohttp sends bytes of a megabyte and more in chunks only if they are a file.
    if not body:
        return None
    return io.BytesIO(body.encode() if isinstance(body, str) else body)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
