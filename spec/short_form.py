"""Short forms of fields: a list of names for a mapping, a text for the fields of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

# spec.reading leaves them out of the path of a fault
LIST, MAPPING, TEXT = "[list]", "[mapping]", "[text]"


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


@dataclass(frozen=True)
class TextForm:
    """Annotation of a model: the text `x` stands for `{<field>: x}`."""

    field: str
    """The field that the text is the value of."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Return a union of both forms, told apart by their types."""
        model = handler(source)
        field = self.field
        expanded = core_schema.no_info_after_validator_function(
            lambda text: {field: text}, core_schema.str_schema()
        )
        return core_schema.tagged_union_schema(
            {TEXT: core_schema.chain_schema([expanded, model]), MAPPING: model},
            discriminator=lambda value: TEXT if isinstance(value, str) else MAPPING,
        )


def _form(value: Any) -> str:
    return LIST if isinstance(value, list) else MAPPING


def _expanded(names: list[str]) -> dict[str, Any]:
    if len(set(names)) < len(names):
        raise ValueError("write each name once")
    return {name: {} for name in names}
