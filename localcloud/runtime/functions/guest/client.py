"""A Lambda runtime client for systems without AWS's client, whose wheels are for Linux.

It runs in the functions' interpreter and imports only the standard library.
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import sys
import time
import traceback
from types import SimpleNamespace

PREFIX = "/2018-06-01/runtime"


class Context:
    """The context object of a handler."""

    def __init__(self, headers: http.client.HTTPMessage) -> None:
        """Read the context from the headers of the invocation."""
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        client_context = json.loads(headers["Lambda-Runtime-Client-Context"] or "null")
        self.client_context = None
        if client_context is not None:
            self.client_context = SimpleNamespace(
                custom=client_context.get("custom"),
                env=client_context.get("env"),
                client=client_context.get("client"),
            )

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the timeout."""
        return max(0, self._deadline - int(time.time() * 1000))


def main(arguments: list[str]) -> None:
    """Load the handler named by the second argument and invoke it for each event."""
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = _load(arguments[1])
    except Exception as error:  # noqa: BLE001 - whatever a module does when it is imported
        _post(connection, "/init/error", json.dumps(_describe(error)))
        sys.exit(1)
    while True:
        connection.request("GET", f"{PREFIX}/invocation/next")
        response = connection.getresponse()
        event = response.read()
        _handle(connection, handler, event, response.headers)


def _handle(connection, handler, event, headers) -> None:  # noqa: ANN001
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"] or ""
    try:
        result = json.dumps(handler(json.loads(event), Context(headers)))
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is its result
        description = _describe(error) | {"requestId": request_id}
        first = f"[ERROR] {description['errorType']}: {description['errorMessage']}\n"
        sys.stdout.write(first + "".join(description["stackTrace"]))
        sys.stdout.flush()
        _post(connection, f"/invocation/{request_id}/error", json.dumps(description))
    else:
        sys.stdout.flush()
        _post(connection, f"/invocation/{request_id}/response", result)


def _load(name: str):  # noqa: ANN202 - any callable
    module, _, function = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module.replace("/", ".")), function)
    except ImportError as error:
        message = f"Unable to import module '{module}': {error}"
        raise _named("Runtime.ImportModuleError", message) from None
    except AttributeError:
        message = f"Handler '{function}' missing on module '{module}'"
        raise _named("Runtime.HandlerNotFound", message) from None


def _named(kind: str, message: str) -> Exception:
    return type(kind, (Exception,), {})(message)


def _describe(error: Exception) -> dict:
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": "",
        "stackTrace": traceback.format_tb(error.__traceback__)[1:],
    }


def _post(connection: http.client.HTTPConnection, path: str, body: str) -> None:
    connection.request("POST", PREFIX + path, body.encode())
    connection.getresponse().read()
