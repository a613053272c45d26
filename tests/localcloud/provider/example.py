"""What a row must show: one small program that the contract test runs through the provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.localcloud.provider.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Example:
    """One resource: how it is made, changed and refused."""

    type: str

    variant: str = ""
    """What sets it apart from the type's own example, which has none: `fifo`. A variant shows only
    that the inputs it changes are updated."""

    inputs: Callable[[Stage], dict[str, Any]]
    """The inputs (SDK names). What the resource stands on is made with `stage.make(type)`: that
    makes the example of that type (once) and returns its outputs, `id` among them."""

    outputs: dict[str, Any] = field(default_factory=dict)
    """Outputs that must have exactly these values after the create."""

    update: dict[str, Any] = field(default_factory=dict)
    """Inputs that are changed in place; empty when the type has none. None drops an input."""

    optional: Callable[[Stage], dict[str, Any]] = lambda _: {}
    """Inputs that the object is also given and then, like those of `inputs`, without again."""

    values: Callable[[Stage], dict[str, Any]] = lambda _: {}
    """More values of inputs that are changed in place, tried one at a time."""

    together: tuple[str, ...] = ()
    """Groups of inputs that can only change together, separated by blanks."""

    kept: str = ""
    """Inputs of `inputs` that a program cannot do without here, or that AWS keeps when the program
    drops them, as it does with the real provider; separated by blanks."""

    bad: dict[str, Any] = field(default_factory=dict)
    """Wrong values, all in one Check: each must be refused, naming its property."""

    import_id: str = "{id}"
    """What an import is given: a format of the outputs and `id`."""

    once: bool = False
    """Whether an account has only one."""

    told_once: str = ""
    """Outputs that only the create knows; separated by blanks."""

    lasting: str = ""
    """Why the object is not gone after its delete; empty for all that are."""
