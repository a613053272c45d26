"""boto3, in the process of the test."""

from __future__ import annotations

import base64
import datetime as dt
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.response import StreamingBody

from tests.compatibility.scenario import Refused

if TYPE_CHECKING:
    from tests.compatibility.table import Call


class Boto3:
    """Clients, resources, waiters and paginators."""

    name = "boto3"
    kinds = ("call", "wait", "pages", "boto3")

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self.session = boto3.session.Session("local", "local", region_name="eu-west-1")

    def run(self, call: Call, what: str, parameters: Any) -> Any:
        parameters = with_bytes(parameters)
        try:
            return plain(self._answer(call, what, parameters))
        except ClientError as error:
            found = error.response["Error"]
            raise Refused(found.get("Code", ""), found.get("Message", "")) from error
        except BotoCoreError as error:
            raise Refused(type(error).__name__, str(error)) from error

    def client(self, service: str) -> Any:
        return self.session.client(service, endpoint_url=self._endpoint)

    def resource(self, service: str) -> Any:
        return self.session.resource(service, endpoint_url=self._endpoint)

    def _answer(self, call: Call, what: str, parameters: Any) -> Any:
        if call.kind == "boto3":
            names: dict[str, Any] = {
                "client": self.client, "resource": self.resource, "answer": {}, **parameters,
            }  # fmt: skip
            exec(what, names)
            return names["answer"]
        client = self.client(call.service)
        if call.kind == "wait":
            return client.get_waiter(what).wait(
                **parameters, WaiterConfig={"Delay": 1, "MaxAttempts": 20}
            )
        if call.kind == "pages":
            size = parameters.pop("PageSize")
            method = client.meta.method_to_api_mapping
            operation = next(name for name, api in method.items() if api == what)
            pages = client.get_paginator(operation).paginate(
                **parameters, PaginationConfig={"PageSize": size}
            )
            return pages.build_full_result()
        return client._make_api_call(what, parameters)


def with_bytes(value: Any) -> Any:
    """Return *value* with bytes in place of `$bytes`."""
    if isinstance(value, dict):
        if set(value) == {"$bytes"}:
            return base64.b64decode(value["$bytes"])
        return {key: with_bytes(one) for key, one in value.items()}
    return [with_bytes(one) for one in value] if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """Return *value* as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, StreamingBody):
        return value.read().decode()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, dt.datetime) else value
