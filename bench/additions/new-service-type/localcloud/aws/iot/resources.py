"""AWS IoT: things."""

from __future__ import annotations

from localcloud.provider.row import REPLACE, UPDATE, Input, Naming, Op, Row, each

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
        create=Op(name="CreateThing", rename={"attributes": "attributePayload.attributes"}),
        id="=name",
        read=Op(name="DescribeThing", keys={"thingName": "id"}),
        update=Op(
            name="UpdateThing",
            keys={"thingName": "id"},
            rename={"attributes": "attributePayload.attributes"},
        ),
        delete=Op(name="DeleteThing", keys={"thingName": "id"}),
        outputs={"arn": "thingArn", "defaultClientId": "defaultClientId"},
    ),
)
