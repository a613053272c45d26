"""A row: everything the provider knows about one resource type.

`table.py` explains how a row is written, `localcloud/aws/sqs/resources.py` is an example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from localcloud.provider.context import Context, Op, Properties


class Mode(StrEnum):
    """How much of a type is real here; shown when one is created and by `status`."""

    EMULATED = "emulated"
    OVERLAY = "with overlay"
    RECORDED = "recorded"


@dataclass(frozen=True)
class Fault:
    """One reason why AWS would refuse the inputs."""

    property: str
    """The path of the input, as the SDK names it: `name`, `settings[0].value`."""

    reason: str
    """What was found and what to write instead."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What one input may be, where botocore's shapes do not know it."""

    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    """A regular expression for the whole value."""
    one_of: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Naming:
    """How a name is given when the program gives none."""

    property: str = "name"
    max_length: int = 255
    prefix_property: str = "namePrefix"
    prefix: str = ""
    """A beginning the name must have: `alias/`."""
    suffix: Callable[[Properties], str] | None = None
    """An ending the name must have: `.fifo`."""
    lower: bool = False
    """Whether AWS accepts lower case only."""
    required: bool = True
    """False: the name is only made for a `prefix_property` that the program sets."""


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How the tags of an existing object are changed and read."""

    tag: str = ""
    untag: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Member -> property, as in `Op.keys`."""
    read: str = ""
    """The operation that lists them; "" when the row's own `read` answers them."""
    result: str = ""
    """JMESPath of the tags in the answer of `read`; found by name when empty."""
    service: str = ""
    unseen: bool = False
    """The emulated AWS keeps no tags: those that were sent are taken to be there."""
    put: Callable[[Context], None] | None = None
    """Sets `context.tags` in place of all others, where AWS has no calls for single tags."""


Create = Op | Callable[[Context], str]
"""A function makes the object and returns its id; it sets `context.id` as soon as there is one, so
that an object whose creation fails half-way is not lost."""

Read = Op | Callable[[Context], Properties | None]
"""A function returns the object under AWS or SDK names, None when it is gone."""

Change = Op | Callable[[Context], Any]
"""What a function returns is not used."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One resource type. Lists of properties are strings, separated by blanks."""

    type: str
    """`aws:sqs/queue:Queue`."""

    service: str
    """The botocore client: `sqs`."""

    update: str
    """Inputs that change in place."""

    replace: str
    """Inputs whose change makes a new object."""

    ignored: str = ""
    """Inputs that have no effect here. `update`, `replace` and `ignored` name every input of the
    SDK exactly once: a test compares them."""

    refused: str = ""
    """Inputs, of those above, or paths in them, that AWS has and the local cloud has not: Check
    refuses them by name (except in plan mode) so that none is dropped in silence."""

    mode: Mode = Mode.EMULATED

    create: Create | None = None
    """None only for a recorded row."""

    id: str | Callable[[Context, Properties], str] = ""
    """Where the id is when `create` is an `Op`: JMESPath in the response (`Vpc.VpcId`), `=property`
    for an input (`=name`), or a function of the context and the response."""

    from_id: Callable[[str], Properties] | None = None
    """The properties which an id carries, for import and `.get()`: `role:policy` -> role, name.
    An `id` among them replaces the one that was given."""

    read: Read | None = None

    change: Change | None = None
    """What changes the inputs of `update`, except tags, which `tags` knows. A function looks at
    `context.changed`. None is fine when only tags can change."""

    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Input of `update` -> what `change` finds in its place once the program drops it. Without a
    default `change` looks for itself, or AWS keeps the last value, as with the real provider all
    that is computed when it is not set."""

    delete: Change | None = None

    settle: Callable[[Context], None] | None = None
    """Waits, after create and change, until the object is ready (`context.wait`)."""

    name: Naming | None = None
    tags: Tagging | None = None

    outputs: Mapping[str, str] = field(default_factory=dict)
    """Output -> JMESPath in the object that `read` answers, where names do not fit by rule; ""
    keeps what the program sent (or nothing) in place of what AWS answers."""

    computed: Callable[[Context, Properties], Properties] | None = None
    """Outputs (SDK names) that need code; gets the object that `read` answered."""

    arn: str = ""
    """The output `arn` where `read` does not answer it: a format of outputs and `partition`,
    `region`, `account`, `id`: `arn:{partition}:sqs:{region}:{account}:{name}`."""

    recomputed: str = ""
    """Outputs which an update changes (unknown in its preview): `version qualifiedArn`."""

    secret: str = ""
    """Outputs that are secret even when the program did not say so."""

    unordered: str = ""
    """Lists whose order means nothing: `subnetIds`."""

    placed: str = ""
    """Inputs that are part of an address: the output is where the server really answers here, and
    its difference from the input is no drift: `port`."""

    missing: str = ""
    """Error codes which mean that the object is gone, besides those that say so (`...NotFound`,
    `NoSuch...`, `...NonExistent...`). A line `Code: words` matches only messages with the words."""

    delete_first: bool = False
    """Whether the old object must go before its replacement can be made, whatever its name."""

    limits: Mapping[str, Limit] = field(default_factory=dict)
    """Input path -> what it may be."""

    check: Callable[[Properties], Iterable[Fault]] | None = None
    """Faults that need more than one look: pairs of values, JSON documents. Values which are not
    known yet are absent."""

    checked_by: tuple[str, ...] = ()
    """More operations against whose shapes the inputs are checked when `create` is a function."""

    time_limit: float = 300
    """Seconds that a create, change or delete may take unless the program says otherwise."""


def names(text: str) -> frozenset[str]:
    """Return the properties which a row lists."""
    return frozenset(text.split())


Invoke = Callable[[Context], Properties]
"""A function of the provider (`getRegion`): `context.inputs` are its arguments."""
