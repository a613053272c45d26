"""The outputs of a stack; only this module exports."""

from __future__ import annotations

from dataclasses import dataclass, fields

import pulumi


@dataclass(frozen=True, kw_only=True)
class Contract:
    """Base class of a stack's outputs."""

    def export(self) -> None:
        """Export each field as an output of the stack."""
        for field in fields(self):
            pulumi.export(field.name, getattr(self, field.name))
