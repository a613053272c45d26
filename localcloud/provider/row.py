"""A row: everything the provider knows about one resource type.

`table.py` explains how a row is written, `localcloud/aws/sqs/resources.py` is an example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

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


@dataclass(frozen=True)
class Limit:
    """The values that one input may have, where botocore's shapes do not know them."""

    minimum: float | None = None
    maximum: float | None = None
    _: KW_ONLY
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    """A regular expression for the whole value."""
    one_of: tuple[Any, ...] = ()


class Effect(StrEnum):
    """What a change of an input does to the object."""

    UPDATE = "update"
    """It is changed in place."""
    REPLACE = "replace"
    """A new object takes its place."""
    IGNORED = "ignored"
    """Nothing: the input has no effect in the local cloud."""


UPDATE: Final = Effect.UPDATE
REPLACE: Final = Effect.REPLACE
IGNORED: Final = Effect.IGNORED

UNSET: Final = object()
"""No value, where None is one."""


@dataclass(frozen=True)
class Input:
    """One input of a type, or a property inside an input (named by its dotted path)."""

    effect: Effect
    _: KW_ONLY

    attribute: str = ""
    """Its name among the attributes that SQS and SNS take as one map of strings."""

    default: Any = UNSET
    """What the real provider assumes when the program does not set it."""

    reset: Any = UNSET
    """What an update sends once the program drops it; `default` unless given. Without both, the
    row's `change` decides, or AWS keeps the last value, as it does with the real provider for
    everything that is computed when it is not set."""

    limit: Limit | None = None

    unordered: bool = False
    """Whether it is a list whose order means nothing: `subnetIds`."""

    secret: bool = False
    """Whether it is secret even when the program does not say so."""

    local_address: bool = False
    """Whether it is part of an address: the output says where the server listens here, and its
    difference from the input is not drift: `port`."""

    supported: bool = True
    """False: AWS has it and the local cloud does not. Check refuses it by name (except in plan
    mode) so that it is not dropped silently."""


def each(effect: Effect, keys: str) -> dict[str, Input]:
    """Return inputs about which there is nothing to say but their *effect*."""
    return {key: Input(effect) for key in keys.split()}


def attributes(inputs: Mapping[str, Input]) -> dict[str, str]:
    """Return input -> attribute, for the inputs that are attributes."""
    return {key: item.attribute for key, item in inputs.items() if item.attribute}


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

    inputs: Mapping[str, Input]
    """Every input of the SDK and what a change of it does; a dotted path (`rules.status`) says more
    about a property inside one, and has the effect of its input or REPLACE."""

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
    """What changes the inputs that are UPDATE, except tags, which `tags` knows. A function looks at
    `context.changed`. None is fine when only tags can change."""

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

    secret_outputs: str = ""
    """Outputs that are secret and no inputs."""

    missing: str = ""
    """Error codes which mean that the object is gone, besides those that say so (`...NotFound`,
    `NoSuch...`, `...NonExistent...`). A line `Code: words` matches only messages with the words."""

    delete_first: bool = False
    """Whether the old object must go before its replacement can be made, whatever its name."""

    check: Callable[[Properties], Iterable[Fault]] | None = None
    """Faults that need more than one look: pairs of values, JSON documents. Values which are not
    known yet are absent."""

    checked_by: tuple[str, ...] = ()
    """More operations against whose shapes the inputs are checked when `create` is a function."""

    time_limit: float = 300
    """Seconds that a create, change or delete may take unless the program says otherwise."""

    def having(self, effect: Effect) -> frozenset[str]:
        """Return the inputs (not paths) whose change has *effect*."""
        return frozenset(
            key for key, item in self.inputs.items() if item.effect is effect and "." not in key
        )

    @cached_property
    def replacing_paths(self) -> frozenset[str]:
        """The paths inside inputs whose change makes a new object."""
        return frozenset(
            key for key, item in self.inputs.items() if item.effect is REPLACE and "." in key
        )

    @cached_property
    def resets(self) -> Mapping[str, Any]:
        """Input -> what an update sends once the program drops it."""
        found = {
            key: item.default if item.reset is UNSET else item.reset
            for key, item in self.inputs.items()
        }
        return {key: value for key, value in found.items() if value is not UNSET}

    @cached_property
    def limits(self) -> Mapping[str, Limit]:
        """Path -> what it may be."""
        return {key: item.limit for key, item in self.inputs.items() if item.limit is not None}

    @cached_property
    def unordered(self) -> frozenset[str]:
        """The lists whose order means nothing."""
        return frozenset(key for key, item in self.inputs.items() if item.unordered)

    @cached_property
    def secret(self) -> frozenset[str]:
        """The inputs and outputs that are always secret."""
        own = {key for key, item in self.inputs.items() if item.secret}
        return names(self.secret_outputs) | own

    @cached_property
    def local_addresses(self) -> frozenset[str]:
        """The inputs whose output says where the server listens here."""
        return frozenset(key for key, item in self.inputs.items() if item.local_address)

    @cached_property
    def unsupported(self) -> frozenset[str]:
        """The paths that only AWS has."""
        return frozenset(key for key, item in self.inputs.items() if not item.supported)


def names(text: str) -> frozenset[str]:
    """Return the properties which a row lists."""
    return frozenset(text.split())


Invoke = Callable[[Context], Properties]
"""A function of the provider (`getRegion`): `context.inputs` are its arguments."""
