"""Calls to the emulated AWS, always at one explicit endpoint."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from localcloud.clients import client_at

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_FOUND = re.compile(r"NotFound|NoSuch|NonExistent|DoesNotExist|^404$")
RETRIES = re.compile(r"\s*\(reached max retries: \d+\)")
SERVER_FAULT = 500


class AwsError(Exception):
    """Raised when AWS answers a call with an error."""

    def __init__(self, operation: str, code: str, message: str, *, with_code: bool = False) -> None:
        """Keep the *operation*, the error code and the message; the text may name the code."""
        super().__init__(f"{operation}: {f'{code}: ' if with_code else ''}{message}")
        self.operation = operation
        self.code = code
        self.message = message


class Cloud:
    """Makes calls to the emulated AWS at *endpoint*."""

    def __init__(self, endpoint: str, send: Callable[..., Any] | None = None) -> None:
        """Use the API at *endpoint*; *send* answers its requests instead of a connection."""
        self.endpoint = endpoint
        self._send = send
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str) -> Any:
        """Return the client of *service* in *region*; it is thread-safe."""
        with self._lock:
            if (service, region) not in self._clients:
                client = client_at(self.endpoint, service, region)
                if self._send is not None:
                    client.meta.events.register("before-send", self._send)
                self._clients[service, region] = client
            return self._clients[service, region]

    def call(
        self, service: str, region: str, operation: str, members: dict[str, Any]
    ) -> dict[str, Any]:
        """Call *operation* and return its answer; raise `AwsError` for an error."""
        try:
            return self.client(service, region)._make_api_call(operation, members)  # noqa: SLF001
        except EndpointConnectionError as error:
            message = f"the local cloud at {self.endpoint} is not running: run `bulkhead up`"
            raise AwsError(operation, "EndpointConnectionError", message) from error
        except ResponseParserError as error:  # an HTML page instead of XML
            raise AwsError(operation, "NotImplemented", "is not supported locally") from error
        except (ClientError, BotoCoreError) as error:
            raise to_aws_error(operation, error) from error


def is_not_found(error: Exception, codes: str = "") -> bool:
    """Return whether *error* means that an object does not exist; see `Row.not_found_codes`."""
    if isinstance(error, ClientError):
        error = to_aws_error(error.operation_name, error)
    if not isinstance(error, AwsError):
        return False
    if NOT_FOUND.search(error.code):
        return True
    return any(_matches(line, error) for line in codes.splitlines())


def _matches(line: str, error: AwsError) -> bool:
    """Return whether *error* matches *line*: error codes, or `Code: words of the message`."""
    code, words = (part.strip() for part in line.partition(":")[::2])
    if words:
        return error.code == code and words.lower() in error.message.lower()
    return error.code in code.split()


def to_aws_error(operation: str, error: Exception) -> AwsError:
    """Return *error* as an `AwsError`, without botocore's additions to the message."""
    if not isinstance(error, ClientError):
        return AwsError(operation, type(error).__name__, " ".join(str(error).split()))
    answer = error.response.get("Error", {})
    code = str(answer.get("Code", "Unknown"))
    message = RETRIES.sub("", str(answer.get("Message") or code)).strip()
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= SERVER_FAULT:
        detail = "" if "<html" in message else f" ({code}: {message})"
        return AwsError(operation, code, f"is not supported by the local cloud{detail}")
    return AwsError(operation, code, message, with_code=message != code)
