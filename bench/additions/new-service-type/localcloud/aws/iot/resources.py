"""AWS IoT: things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.row import REPLACE, UPDATE, Input, Naming, Op, Row, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context, Properties


def payload(context: Context) -> Properties:
    """Return the attributes as the member that AWS takes them in."""
    return {"attributePayload": {"attributes": context.inputs.get("attributes", {})}}


ROWS = (
    Row(
        type="aws:iot/thing:Thing",
        service="iot",
        inputs={
            **each(REPLACE, "name region"),
            "attributes": Input(UPDATE),
            "thingTypeName": Input(UPDATE),
        },
        name=Naming(max_length=128),
        create=Op(name="CreateThing", extra=payload),
        id="=name",
        read=Op(name="DescribeThing", keys={"thingName": "id"}),
        update=Op(name="UpdateThing", keys={"thingName": "id"}, extra=payload),
        delete=Op(name="DeleteThing", keys={"thingName": "id"}),
        outputs={"arn": "thingArn", "defaultClientId": "defaultClientId"},
    ),
)
