"""What the functions of a row work with: one resource, in one region, on one connection."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.provider import shapes
from localcloud.provider.cloud import ACCOUNT, AwsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.provider.cloud import Cloud
    from localcloud.provider.row import Op, Properties

POLL_SECONDS = 0.2


class CancelledError(Exception):
    """Raised when the connection whose work this is was cancelled."""


class TooLateError(Exception):
    """Raised when an object is not ready within its time limit."""


class FailedError(Exception):
    """Raised when AWS says that an object failed."""


@dataclass(kw_only=True)
class Context:
    """One operation on one resource (or one invoke)."""

    cloud: Cloud
    """Makes clients for the emulated AWS."""

    type: str
    service: str
    region: str

    account: str = ACCOUNT
    """The account that everything here is in."""

    urn: str = ""

    name: str = ""
    """The resource's name in the program."""

    id: str = ""
    """Empty in a create until the function knows it and sets it."""

    inputs: dict[str, Any] = field(default_factory=dict)
    """The program's inputs in plain Python, `tags` without the provider's default tags. Unset ones
    are absent. Assets and archives are `values.Asset` and `values.Archive`."""

    olds: dict[str, Any] = field(default_factory=dict)
    """The recorded outputs: empty in a create, and only from the id in an import."""

    found: dict[str, Any] = field(default_factory=dict)
    """The outputs that are known so far while an object is made or read."""

    old_inputs: dict[str, Any] = field(default_factory=dict)

    changed: frozenset[str] = frozenset()
    """In a change: the inputs that differ; every input after a failed create or change."""

    tags: dict[str, str] = field(default_factory=dict)
    """Default tags and own tags together, as AWS is to have them."""

    default_tags: dict[str, str] = field(default_factory=dict)
    """The provider's default tags."""

    without_ignored: Callable[[dict[str, str]], dict[str, str]] = dict
    """Leaves out the tags that the provider is told to ignore."""

    tags_sent: bool = False
    """Whether the tags went with the request that made the object."""

    deadline: float = float("inf")
    """When the time limit is over, on the clock of `time.monotonic`."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    directory: Path = field(default_factory=Path)
    """What relative paths of assets and archives are relative to."""

    log: Callable[[str], None] = print
    """Shows a line under the resource in the engine's display."""

    @property
    def partition(self) -> str:
        """The partition in ARNs."""
        return "aws"

    def get(self, key: str) -> Any:
        """Return the input or output *key*, None when there is neither; `id` is the id."""
        if key == "id":
            return self.id
        places = (self.inputs, self.olds, self.found)
        return next((place[key] for place in places if key in place), None)

    def client(self, service: str = "") -> Any:
        """Return the boto3 client of *service* (the row's own by default) in this region."""
        return self.cloud.client(service or self.service, self.region)

    def call(self, operation: str, service: str = "", /, **members: Any) -> dict[str, Any]:
        """Call *operation*, as AWS names it, with exactly *members*.

        *service* is given by position: some operations of ECS have a member of that name.
        """
        self.keep_going()
        return self.cloud.call(service or self.service, self.region, operation, members)

    def drop(self, operation: str, **members: Any) -> None:
        """Call *operation*, which takes something away; that it is gone already is no failure."""
        try:
            self.call(operation, **members)
        except AwsError as error:
            if not self.is_missing(error):
                raise

    def run(self, op: Op) -> dict[str, Any]:
        """Call *op* with the inputs, as the `create` of a row is."""
        return self.call(op.name, op.service, **shapes.request(self, op, send=True))

    def ask(self, op: Op) -> dict[str, Any]:
        """Call *op* with its keys only, as the `read` of a row is."""
        return self.call(op.name, op.service, **shapes.request(self, op, send=False))

    def members(self, op: Op) -> Properties:
        """Return the request that `run` would send."""
        return shapes.request(self, op, send=True)

    def is_missing(self, error: Exception) -> bool:
        """Say whether *error* means that the object is gone."""
        return self.cloud.is_missing(self.type, error)

    def keep_going(self) -> None:
        """Raise when the work was cancelled or its time is over."""
        if self.cancelled.is_set():
            raise CancelledError("the deployment was cancelled")
        if time.monotonic() > self.deadline:
            raise TooLateError("the time limit is over")

    def wait(self, what: str, probe: Callable[[], Any], interval: float = POLL_SECONDS) -> Any:
        """Call *probe* until it answers something true, and return that.

        *what* completes the sentence "waited N seconds for ...".
        """
        started = time.monotonic()
        while True:
            found = probe()
            if found:
                return found
            if time.monotonic() + interval > self.deadline:
                seconds = time.monotonic() - started
                limit = "the resource's custom_timeouts allow more"
                raise TooLateError(f"waited {seconds:.0f} seconds ({limit}) for {what}")
            if self.cancelled.wait(interval):
                raise CancelledError(f"cancelled while waiting for {what}")
