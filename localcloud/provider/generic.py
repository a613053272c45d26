"""Rows of the types that the table does not have, made of what the SDK declares.

They serve previews: required inputs, undeclared inputs and wrong types are refused, `name` and
`tagsAll` are filled in, computed outputs are unknown. What a change of an input means is not in the
SDK: a change of the name or the region replaces the object, any other one updates it. Objects of
the types in `recorded.yaml` are recorded, with an ID and an ARN that are made up.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from localcloud.provider import installations, made_up, sdk
from localcloud.provider.row import REPLACE, UPDATE, Input, Mode, Naming, Row

if TYPE_CHECKING:
    from localcloud.provider.installations import Installation

NAME = "name"
REPLACING = frozenset({NAME, "namePrefix", "region"})


def row(type_: str) -> Row:
    """Return the row of *type_*; `UnknownTypeError` when the SDK does not declare it."""
    return _row(installations.used(), type_)


@cache
def _row(_sdk: Installation, type_: str) -> Row:
    declared = sdk.declared(type_)
    # The SDK declares a name that AWS requires as optional where the provider can generate it.
    named = declared.inputs.get(NAME) == "string" and NAME not in declared.required
    return Row(
        type=type_,
        service="",
        mode=Mode.RECORDED,
        create=made_up.id_of,
        computed=made_up.outputs,
        name=Naming() if named else None,
        inputs={key: Input(REPLACE if key in REPLACING else UPDATE) for key in declared.inputs},
    )
