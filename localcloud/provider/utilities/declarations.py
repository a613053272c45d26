"""How a resource type of `random` or `tls` is declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.provider.inputs import REPLACE, Effect, Limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from localcloud.provider.row import CheckFailure

Kind = Any
"""A word for a scalar, ["list", kind], ["map", kind] or a mapping of the properties of a block."""

Properties = dict[str, Any]

MAX_SIZE = 100_000
"""How long a generated value may be, so that a mistyped input does not occupy the server."""


@dataclass(frozen=True, kw_only=True)
class Property:
    """One input, or one argument of a function."""

    kind: Kind
    effect: Effect = REPLACE
    required: bool = False

    default: Any = None
    """What Check sets when the program does not."""

    limit: Limit | None = None
    """What the value, or each item of a list, may be."""

    secret: bool = False

    write_only: bool = False
    """Whether it is left out of the outputs."""

    empty_is_unset: bool = False
    """Whether an empty value means the same as none."""


@dataclass(frozen=True)
class Made:
    """A resource that was created or imported."""

    id: str

    outputs: Properties
    """The computed properties; after an import the inputs too."""


def no_failures(_: Properties) -> Iterator[CheckFailure]:
    """Accept all inputs."""
    yield from ()


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """One resource type."""

    inputs: Mapping[str, Property]

    computed: Mapping[str, Kind]
    """The properties that are outputs only."""

    secret: frozenset[str] = frozenset()
    """The computed properties that are secret."""

    create: Callable[[Properties], Made]
    """Makes the resource of its inputs, defaults included."""

    complete: Callable[[Properties], Properties] = dict
    """Adds defaults that depend on other inputs."""

    check: Callable[[Properties], Iterator[CheckFailure]] = no_failures
    """Yields what is wrong with complete inputs of the right types; some may be `UNKNOWN`."""

    restore: Callable[[str], Made] | None = None
    """Makes the resource of the ID that `pulumi import` was given."""

    is_ready_for_renewal: Callable[[Properties], bool] | None = None
    """Returns, given the outputs, whether the resource is to be replaced by now."""


@dataclass(frozen=True, kw_only=True)
class Function:
    """One provider function."""

    inputs: Mapping[str, Property]
    result: Mapping[str, Kind]
    check: Callable[[Properties], Iterator[CheckFailure]] = no_failures
    complete: Callable[[Properties], Properties] = dict
    call: Callable[[Properties], Properties]


class ImportIdError(ValueError):
    """Raised when an ID is not of the form that a type can be imported by."""
