"""Lambda: function URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

KEYS = {"FunctionName": "functionName", "Qualifier": "qualifier"}
NAMES = {"authorizationType": "AuthType"}


def url_id(context: Context, _answer: Properties) -> str:
    """Return the ID: the function, and the alias if it is the URL of one."""
    qualifier = context.inputs.get("qualifier")
    return "/".join(filter(None, (context.inputs["functionName"], qualifier)))


def from_id(id_: str) -> Properties:
    """Split the ID of an import."""
    function, _, qualifier = id_.partition("/")
    return {"functionName": function, **({"qualifier": qualifier} if qualifier else {})}


def outputs(context: Context, found: Properties) -> Properties:
    """Return the URL's ID: the first label of its host in AWS, the port here."""
    host = found["FunctionUrl"].split("://")[1].rstrip("/")
    return {"urlId": host.split(":")[-1], "functionName": context.get("functionName")}


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Lambda's constraints across the inputs of a function URL."""
    if "*" in (cors := inputs.get("cors") or {}).get("allowOrigins", []) and cors.get(
        "allowCredentials"
    ):
        yield CheckFailure("cors", "allows credentials from every origin: name the origins")


ROWS = (
    Row(
        type="aws:lambda/functionUrl:FunctionUrl",
        service="lambda",
        inputs={
            **each(REPLACE, "functionName qualifier region"),
            "authorizationType": Input(UPDATE, limit=Limit(one_of=("AWS_IAM", "NONE"))),
            "cors": Input(UPDATE, reset={}),
            "invokeMode": Input(UPDATE, default="BUFFERED", supported_values=("BUFFERED",)),
        },
        create=Op(name="CreateFunctionUrlConfig", keys=KEYS, rename=NAMES),
        id=url_id,
        from_id=from_id,
        read=Op(name="GetFunctionUrlConfig", keys=KEYS),
        outputs={"authorizationType": "AuthType"},
        computed=outputs,
        update=Op(name="UpdateFunctionUrlConfig", keys=KEYS, rename=NAMES),
        delete=Op(name="DeleteFunctionUrlConfig", keys=KEYS),
        check=check,
    ),
)
