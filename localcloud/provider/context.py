"""The context of one operation on one resource: inputs, state, region and API calls."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.account import ACCOUNT
from localcloud.provider import shapes
from localcloud.provider.cloud import AwsError, is_not_found

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.provider.cloud import Cloud

Properties = Mapping[str, Any]
"""Inputs or outputs under the names of the SDK (camelCase), or members under those of AWS."""

POLL_SECONDS = 0.2


class CancelledError(Exception):
    """Raised when the deployment was cancelled."""


class TimeLimitError(Exception):
    """Raised when an object is not ready within the time limit of its operation."""


class ResourceFailedError(Exception):
    """Raised when AWS reports a failed state of an object."""


@dataclass(frozen=True, kw_only=True)
class Op:
    """One AWS operation and how its request is made.

    As `create` or `update` of a row (and in `Context.call_with_inputs`) every input whose name
    matches a member of the request is sent. As `read` or `delete` (and in `Context.call_with_keys`)
    only `keys`, `fixed` and `extra` are sent.
    """

    name: str
    """As AWS names it: `CreateQueue`."""

    service: str = ""
    """The botocore client, where it is not the row's."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """Member -> property: `id`, or an input, or (failing that) a recorded output. A member that is
    a list gets a list of the one value."""

    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Member -> constant."""

    rename: Mapping[str, str] = field(default_factory=dict)
    """Input -> member, where the names do not fit by rule; "" keeps the input out of the request.
    An input inside a block is named by its path: `networkConfiguration.subnets`. """

    only: str | None = None
    """The inputs that may be sent, separated by blanks; None means all that fit."""

    extra: Callable[[Context], Properties] | None = None
    """Members that need code; they win over all others."""

    result: str = ""
    """JMESPath of the object in the response, for `read`: `Vpcs[0]`. None there means: gone."""


class ObjectId:
    """The attribute `Context.id`; setting it calls `Context.on_created`."""

    def __get__(self, context: Context | None, _owner: type) -> str:
        """Return the id; the default is ''."""
        return "" if context is None else context.__dict__.get("_id", "")

    def __set__(self, context: Context, id_: str) -> None:
        """Set the id, and report the object."""
        context.__dict__["_id"] = id_
        if id_ and (report := context.__dict__.get("on_created")):
            report(id_)


@dataclass(kw_only=True)
class Context:
    """One operation on one resource (or one invoke)."""

    cloud: Cloud
    """Makes clients for the emulated AWS."""

    type: str
    service: str
    region: str

    not_found_codes: str = ""
    """Error codes that mean the object does not exist: `Row.not_found_codes`."""

    account: str = ACCOUNT
    """The account that everything here is in."""

    urn: str = ""

    name: str = ""
    """The resource's name in the program."""

    id: ObjectId = ObjectId()
    """Empty in a create until the function knows it and sets it."""

    on_created: Callable[[str], None] | None = None
    """In a create: called with each id that is set, as soon as the object exists."""

    inputs: dict[str, Any] = field(default_factory=dict)
    """The program's inputs in plain Python, `tags` without the provider's default tags. Unset ones
    are absent. Assets and archives are `values.Asset` and `values.Archive`."""

    olds: dict[str, Any] = field(default_factory=dict)
    """The recorded outputs: empty in a create, and only from the id in an import."""

    outputs: dict[str, Any] = field(default_factory=dict)
    """The outputs that are known so far while an object is made or read."""

    refreshing: bool = False
    """Whether the object is read to compare it with the state, not after a change."""

    importing: bool = False
    """Whether the object is read for an import: nothing but its id is known."""

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
    """End of the time limit, in `time.monotonic` seconds."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    directory: Path | None = None
    """The folder that relative paths of assets and archives start from."""

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
        places = (self.inputs, self.olds, self.outputs)
        return next((place[key] for place in places if key in place), None)

    def client(self, service: str = "") -> Any:
        """Return the boto3 client of *service* (the row's own by default) in this region."""
        return self.cloud.client(service or self.service, self.region)

    def call(self, operation: str, service: str = "", /, **members: Any) -> dict[str, Any]:
        """Call *operation*, as AWS names it, with exactly *members*.

        *service* is given by position: some operations of ECS have a member of that name.
        """
        self.raise_if_cancelled()
        return self.cloud.call(service or self.service, self.region, operation, members)

    def delete_if_exists(self, operation: str, **members: Any) -> None:
        """Call *operation* and ignore a not-found error."""
        try:
            self.call(operation, **members)
        except AwsError as error:
            if not self.is_not_found(error):
                raise

    def call_with_inputs(self, op: Op) -> dict[str, Any]:
        """Call *op* with the inputs as request members, like the `create` of a row."""
        return self.call(op.name, op.service, **self.members(op))

    def call_with_keys(self, op: Op) -> dict[str, Any]:
        """Call *op* with its keys only, like the `read` of a row."""
        return self.call(op.name, op.service, **self._with_keys(op, {}))

    def members(self, op: Op) -> Properties:
        """Return the request that `call_with_inputs` would send."""
        members = self._members_of(op)
        prefix = shapes.resource_name(self.type)
        wanted = shapes.request(members, self.inputs, op.rename, only=op.only, prefix=prefix)
        if self.tags and not self.olds:
            with_tags = shapes.tag_members(members, self.tags, prefix)
            self.tags_sent = self.tags_sent or bool(with_tags)
            wanted.update(with_tags)
        return self._with_keys(op, wanted)

    def _members_of(self, op: Op) -> Mapping[str, Any]:
        model = shapes.operation(op.service or self.service, op.name)
        return shapes.members_of(model.input_shape)

    def _with_keys(self, op: Op, wanted: dict[str, Any]) -> dict[str, Any]:
        members = self._members_of(op)
        for member, key in op.keys.items():
            value = self.get(key)
            if value is not None:
                wanted[member] = shapes.convert(members[member], value, {}, key)
        wanted.update(op.fixed)
        more = op.extra
        if more is not None:
            wanted.update(more(self))
        return wanted

    def is_not_found(self, error: Exception) -> bool:
        """Return whether *error* means that the object does not exist."""
        return is_not_found(error, self.not_found_codes)

    def raise_if_cancelled(self) -> None:
        """Raise when the deployment was cancelled or the time limit has passed."""
        if self.cancelled.is_set():
            raise CancelledError("the deployment was cancelled")
        if time.monotonic() > self.deadline:
            raise TimeLimitError("the time limit has passed")

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
                raise TimeLimitError(f"waited {seconds:.0f} seconds ({limit}) for {what}")
            if self.cancelled.wait(interval):
                raise CancelledError(f"cancelled while waiting for {what}")
