"""What the routes of the state service share: bodies, errors, the stack and update of a path."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from flask import request

from localcloud.backend import owner

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.backend.store import Stack, Store, Update

Json = dict[str, Any]


class RefusedError(Exception):
    """Raised to answer with an error: a status code, and a message for the user."""

    def __init__(self, code: int, message: str) -> None:
        """Answer with the status *code* and *message*."""
        super().__init__(message)
        self.code = code


class Route:
    """A method and a path of the API, and the function that answers it."""

    def __init__(
        self, method: str, path: str, answer: Callable[..., Any], *, of_update: bool = False
    ) -> None:
        """Answer *method* on *path*; *of_update*: the engine authenticates with its update."""
        self.method, self.path, self.answer = method, path, answer
        self.of_update = of_update

    @property
    def endpoint(self) -> str:
        """Return Flask's name of the route."""
        return f"{self.method} {self.path}"


def content() -> bytes:
    """Return the body of the request, decompressed."""
    body = request.get_data()
    return gzip.decompress(body) if is_compressed() else body


def is_compressed() -> bool:
    """Say whether the body of the request is compressed with gzip."""
    return request.headers.get("Content-Encoding") == "gzip"


def body() -> Json:
    """Return the body of the request, a JSON object."""
    found = json.loads(content() or b"{}")
    if not isinstance(found, dict):
        raise RefusedError(400, f"the body is a {type(found).__name__}: expected a JSON object")
    return found


def required(sent: Json, name: str) -> Any:
    """Return the field *name* of a body; refuse the request if it is missing."""
    if name not in sent:
        raise RefusedError(400, f"the body has no {name!r}")
    return sent[name]


def client() -> owner.Process | None:
    """Return the process that sent the request."""
    return owner.of_connection(int(request.environ["REMOTE_PORT"]))


def stack_of(store: Store, project: str, name: str) -> Stack:
    """Return a stack; refuse the request if there is none."""
    if (found := store.stack(project, name)) is None:
        raise RefusedError(404, f"the project {project} has no stack {name}")
    return found


def update_of(store: Store, stack: Stack, update: str) -> Update:
    """Return an update of *stack*; refuse the request if there is none."""
    if (found := store.update(stack, update)) is None:
        raise RefusedError(404, f"the stack {stack.name} has no update {update}")
    return found
