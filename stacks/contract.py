"""Typed outputs between layers: what one exports, another reads by the same type."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar, Self

import pulumi


@dataclass(frozen=True, kw_only=True)
class Contract:
    """Base of every layer's outputs; *layer* keeps their names apart."""

    layer: ClassVar[str]

    @classmethod
    def output_name(cls, field: str) -> str:
        """Return the name under which a stack exports *field*; the whole environment's are bare."""
        return f"{cls.layer}_{field}" if cls.layer else field

    def export(self) -> None:
        """Make each field an output of this stack."""
        for field in fields(self):
            pulumi.export(self.output_name(field.name), getattr(self, field.name))

    @classmethod
    def read(cls, stack: pulumi.StackReference) -> Self:
        """Read the same fields from *stack*; a missing one fails the deployment."""
        return cls(
            **{
                field.name: stack.require_output(cls.output_name(field.name))
                for field in fields(cls)
            }
        )
