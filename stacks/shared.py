"""Resources that an environment has once, defined for the first that needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from components.observability.parts import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable

    import pulumi

T = TypeVar("T")


class Shared:
    """What was defined, by name."""

    def __init__(self, opts: pulumi.ResourceOptions | None = None) -> None:
        """Define everything with *opts*."""
        self.opts = opts
        self.recorder = Recorder()
        self._made: dict[str, Any] = {}

    def once(self, name: str, define: Callable[[], T]) -> T:
        """Return what *define* returned for the first that asked for *name*."""
        if name not in self._made:
            self._made[name] = define()
        return cast("T", self._made[name])
