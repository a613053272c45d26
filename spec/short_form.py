"""The short form of a mapping by name: a list of the names, each with the defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

LIST, MAPPING = "[list]", "[mapping]"  # spec.reading leaves them out of the path of a fault


@dataclass(frozen=True)
class ShortForm:
    """Annotation of a mapping: `[a, b]` stands for `{a: {}, b: {}}`, and is validated as a list."""

    name: Any
    """The type of a name."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Return a union of both forms, told apart by their types."""
        mapping = handler(source)
        names = core_schema.list_schema(handler.generate_schema(self.name))
        expanded = core_schema.no_info_after_validator_function(_expanded, names)
        return core_schema.tagged_union_schema(
            {LIST: core_schema.chain_schema([expanded, mapping]), MAPPING: mapping},
            discriminator=_form,
        )


def _form(value: Any) -> str:
    return LIST if isinstance(value, list) else MAPPING


def _expanded(names: list[str]) -> dict[str, Any]:
    if len(set(names)) < len(names):
        raise ValueError("write each name once")
    return {name: {} for name in names}
