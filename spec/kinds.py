"""Registry of kinds: the variants of a field of a service file, a module for each.

The model of a kind is a class with `KIND` in a module of the kinds' package. The field's type, its
errors and the JSON Schema follow from the modules.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import core_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from pydantic import GetCoreSchemaHandler


def modules(package: str) -> Iterator[ModuleType]:
    """Import and yield each module of *package*, in alphabetical order."""
    found = importlib.import_module(package)
    for name in sorted(module.name for module in pkgutil.iter_modules(found.__path__)):
        yield importlib.import_module(f"{package}.{name}")


def models(package: str) -> dict[str, Any]:
    """Return the model of each kind in *package*, by the kind's name."""
    return {
        member.KIND: member
        for module in modules(package)
        for member in vars(module).values()
        if getattr(member, "__module__", None) == module.__name__ and hasattr(member, "KIND")
    }


@dataclass(frozen=True)
class OneOf:
    """Annotation of a field that holds one of the kinds in a package."""

    package: str

    by_field: bool = False
    """Whether the kinds are told apart by a field with the kind's name, instead of by `kind`."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Return a tagged union of the kinds' models."""
        del source
        choices = {kind: handler.generate_schema(m) for kind, m in models(self.package).items()}
        if not self.by_field:
            return core_schema.tagged_union_schema(choices, discriminator="kind")

        def kind_of(value: object) -> str | None:
            named = cast("dict[str, Any]", value) if isinstance(value, dict) else dir(value)
            return next((kind for kind in choices if kind in named), None)

        return core_schema.tagged_union_schema(choices, discriminator=kind_of)
