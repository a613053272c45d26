"""An SSM parameter for a service."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.args import as_inputs


@dataclass(frozen=True, kw_only=True)
class ShelfArgs:
    """Value of a parameter."""

    text: str
    """Its value."""


class Shelf(pulumi.ComponentResource):
    """An SSM parameter."""

    def __init__(
        self, name: str, args: ShelfArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the parameter *name*."""
        super().__init__("bulkhead:data:Shelf", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        self.parameter = aws.ssm.Parameter(name, type="String", value=args.text, opts=child)
        self.register_outputs({})
