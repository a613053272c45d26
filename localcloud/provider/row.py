"""A row: everything the provider knows about one resource type.

`table.py` explains how a row is written, `localcloud/aws/sqs/resources.py` is an example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from localcloud.provider.context import Context, Op, Properties
from localcloud.provider.inputs import (
    IGNORED,
    REPLACE,
    UNSET,
    UPDATE,
    Effect,
    Input,
    Limit,
    attributes,
    each,
    names,
)

__all__ = [
    "IGNORED",
    "REPLACE",
    "UNSET",
    "UPDATE",
    "Change",
    "CheckFailure",
    "Context",
    "Create",
    "Effect",
    "Input",
    "Invoke",
    "Limit",
    "Mode",
    "Naming",
    "Op",
    "Properties",
    "Read",
    "Row",
    "Tagging",
    "attributes",
    "each",
    "names",
]


class Mode(StrEnum):
    """How completely a type is emulated; shown on create and by `bulkhead status`."""

    EMULATED = "emulated"
    OVERLAY = "with overlay"
    RECORDED = "recorded"


@dataclass(frozen=True)
class CheckFailure:
    """One reason why an input is invalid, as `Check` reports it."""

    property: str
    """The path of the input, as the SDK names it: `name`, `settings[0].value`."""

    reason: str
    """What was found and what to write instead."""


@dataclass(frozen=True, kw_only=True)
class Naming:
    """How a name is generated when the program does not set one (autonaming)."""

    property: str = "name"
    max_length: int = 255
    prefix_property: str = "namePrefix"
    prefix: str = ""
    """A prefix that AWS requires: `alias/`."""
    suffix: Callable[[Properties], str] | None = None
    """A suffix that AWS requires: `.fifo`."""
    lower: bool = False
    """Whether AWS accepts only lower case."""
    random: bool = True
    """False: the resource's own name is used as it is."""
    required: bool = True
    """False: a name is generated only when the program sets `prefix_property`."""


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How tags of an existing object are read and updated."""

    tag: str = ""
    untag: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Member -> property, as in `Op.keys`."""
    read: str = ""
    """The operation that lists them; "" when the row's own `read` answers them."""
    result: str = ""
    """JMESPath of the tags in the answer of `read`; found by name when empty."""
    service: str = ""
    not_stored: bool = False
    """The emulated AWS does not store tags: state keeps what the program sent."""
    put: Callable[[Context], None] | None = None
    """Sets `context.tags` in place of all others, where AWS has no calls for single tags."""


Create = Op | Callable[[Context], str]
"""A function creates the object and returns its id. It sets `context.id` as soon as the object
exists, so that an object whose creation fails later is kept in the state."""

Read = Op | Callable[[Context], Properties | None]
"""A function returns the object under AWS or SDK names, or None when it does not exist."""

Change = Op | Callable[[Context], Any]
"""The return value of a function is not used."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One resource type. Lists of properties are strings, separated by blanks."""

    type: str
    """`aws:sqs/queue:Queue`."""

    service: str
    """The botocore client: `sqs`."""

    served_in_one_region: bool = False
    """Whether requests and tasks are served in the Region of the local cloud only; Check rejects
    other Regions except in plan mode."""

    inputs: Mapping[str, Input]
    """Every input of the SDK and what a change of it does; a dotted path (`rules.status`) says more
    about a property inside one, and has the effect of its input or REPLACE."""

    mode: Mode = Mode.EMULATED

    create: Create | None = None
    """None for a recorded row only."""

    id: str | Callable[[Context, Properties], str] = ""
    """Where the id is when `create` is an `Op`: JMESPath in the response (`Vpc.VpcId`), `=property`
    for an input (`=name`), or a function of the context and the response."""

    from_id: Callable[[str], Properties] | None = None
    """Parses an import id into properties, for `pulumi import` and `.get()`: `role:policy` -> role,
    name. An `id` among them replaces the given one."""

    read: Read | None = None

    update: Change | None = None
    """Changes the inputs that are UPDATE, except tags (see `tags`). A function looks at
    `context.changed`. None when only tags can be changed."""

    delete: Change | None = None

    wait_until_ready: Callable[[Context], None] | None = None
    """Waits, after create and update, until AWS reports the object as ready (`context.wait`)."""

    name: Naming | None = None
    tags: Tagging | None = None

    outputs: Mapping[str, str] = field(default_factory=dict)
    """Output -> JMESPath in the object that `read` answers, where names do not fit by rule; ""
    keeps what the program sent (or nothing) in place of what AWS answers."""

    answered_as: Mapping[str, str] = field(default_factory=dict)
    """Path of a property inside a block -> member of AWS's answer, where the names do not fit by
    rule and the `rename` of `create` does not say so either."""

    computed: Callable[[Context, Properties], Properties] | None = None
    """Outputs (SDK names) that need code; gets the object that `read` answered."""

    arn: str = ""
    """The output `arn` where `read` does not answer it: a format of outputs and `partition`,
    `region`, `account`, `id`: `arn:{partition}:sqs:{region}:{account}:{name}`."""

    recomputed: str = ""
    """Outputs which an update changes (unknown in its preview): `version qualifiedArn`."""

    secret_outputs: str = ""
    """Outputs that are secret and no inputs."""

    not_found_codes: str = ""
    """Error codes that mean the object does not exist, besides `...NotFound`, `NoSuch...` and
    `...NonExistent...`. A line `Code: words` matches only messages that contain the words."""

    replaces: Callable[[Properties, Properties], Iterable[str]] | None = None
    """Returns the inputs that require a replacement, from the old and the new inputs, where that
    depends on their values."""

    delete_before_replace: bool = False
    """Whether a replacement always deletes the old object first, whatever its name."""

    check: Callable[[Properties], Iterable[CheckFailure]] | None = None
    """Validates what shapes and limits cannot express: combinations of inputs, JSON documents.
    Values that are unknown in a preview are absent."""

    check_local: Callable[[Properties], Iterable[CheckFailure]] | None = None
    """Rejects what the local cloud does not implement, where `Input.supported` and
    `Input.supported_values` do not say it. Not called in plan mode."""

    check_operations: tuple[str, ...] = ()
    """Operations whose botocore shapes validate the inputs, when `create` is a function."""

    time_limit: float = 300
    """Seconds a create, update or delete may take, unless the program sets `custom_timeouts`."""

    def inputs_with(self, effect: Effect) -> frozenset[str]:
        """Return the inputs (not nested paths) that have *effect*."""
        return frozenset(
            key for key, item in self.inputs.items() if item.effect is effect and "." not in key
        )

    @cached_property
    def replacing_paths(self) -> frozenset[str]:
        """The nested paths whose change replaces the object."""
        return frozenset(
            key for key, item in self.inputs.items() if item.effect is REPLACE and "." in key
        )

    @cached_property
    def defaults_of_blocks(self) -> Mapping[str, tuple[str, ...]]:
        """Path of a block -> its properties with a default."""
        found: dict[str, tuple[str, ...]] = {}
        for path, item in self.inputs.items():
            block, _, key = path.rpartition(".")
            if block and item.default is not UNSET:
                found[block] = (*found.get(block, ()), key)
        return found

    @cached_property
    def chosen_paths(self) -> frozenset[str]:
        """The nested paths whose value AWS chooses when the program does not set it."""
        return frozenset(key for key, item in self.inputs.items() if item.chosen_by_aws)

    @cached_property
    def names_of_blocks(self) -> Mapping[str, str]:
        """Path of a property inside a block -> member of AWS's answer."""
        return {**(self.create.rename if isinstance(self.create, Op) else {}), **self.answered_as}

    @cached_property
    def limits(self) -> Mapping[str, Limit]:
        """Path -> allowed values."""
        return {key: item.limit for key, item in self.inputs.items() if item.limit is not None}

    @cached_property
    def secret(self) -> frozenset[str]:
        """The inputs and outputs that are always secret."""
        own = {key for key, item in self.inputs.items() if item.secret}
        return names(self.secret_outputs) | own

    @cached_property
    def local_addresses(self) -> frozenset[str]:
        """The inputs whose output is a local address."""
        return frozenset(key for key, item in self.inputs.items() if item.local_address)

    @cached_property
    def supported_values(self) -> Mapping[str, tuple[Any, ...]]:
        """Path -> the values that the local cloud implements."""
        found = {key: item.supported_values for key, item in self.inputs.items()}
        return {key: values for key, values in found.items() if values}

    @cached_property
    def unsupported(self) -> frozenset[str]:
        """The paths that the local cloud does not implement."""
        return frozenset(key for key, item in self.inputs.items() if not item.supported)


Invoke = Callable[[Context], Properties]
"""A function of the provider (`getRegion`): `context.inputs` are its arguments."""
