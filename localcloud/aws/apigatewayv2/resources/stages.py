"""API Gateway v2: stages, and what all parts of an API share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import blocks, sdk
from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, Tagging, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

API = {"ApiId": "apiId"}
TAGS = Tagging(tag="TagResource", untag="UntagResource", keys={"ResourceArn": "arn"})


def in_api(id_: str) -> Properties:
    """Split the id of an import: `api/id`."""
    api, _, own = id_.partition("/")
    return {"apiId": api, "id": own}


def with_keys(context: Context, key: str, found: Any, name: str) -> list[dict[str, Any]]:
    """Return a map of AWS as the list of blocks *key*, in the order of the program."""
    now = [
        {name: item, **(settings if isinstance(settings, dict) else {})}
        for item, settings in (found or {}).items()
    ]
    kind = sdk.declared(context.type).outputs[key]
    now = blocks.from_aws(kind, now)
    written = context.get(key)
    return now if written is None else blocks.overlay(kind, written, now)


def route_settings(context: Context) -> Properties:
    """Return the route settings in AWS's form: by route key."""
    settings = context.inputs.get("routeSettings")
    if settings is None:
        return {}
    return {
        "RouteSettings": {
            item["routeKey"]: {
                key[0].upper() + key[1:]: value
                for key, value in item.items()
                if key != "routeKey" and value is not None
            }
            for item in settings
        }
    }


def change_stage(context: Context) -> None:
    """Change the stage; what the program drops has an operation of its own, or an empty value."""
    place = {"ApiId": context.get("apiId"), "StageName": context.id}
    changed, olds = context.changed, context.old_inputs
    if "accessLogSettings" in changed and "accessLogSettings" not in context.inputs:
        context.call("DeleteAccessLogSettings", **place)
    kept = {item["routeKey"] for item in context.inputs.get("routeSettings") or []}
    for item in olds.get("routeSettings") or [] if "routeSettings" in changed else []:
        if item["routeKey"] not in kept:
            context.call("DeleteRouteSettings", **place, RouteKey=item["routeKey"])
    if "stageVariables" in changed:
        gone = dict.fromkeys(olds.get("stageVariables") or {}, "")
        context.inputs["stageVariables"] = {**gone, **(context.inputs.get("stageVariables") or {})}
    context.call_with_inputs(UPDATE_STAGE)


def stage_computed(context: Context, found: Properties) -> Properties:
    """Return the stage's URL and ARNs, and the route settings as a list."""
    api = context.call("GetApi", ApiId=context.get("apiId"))
    stage = found["StageName"]
    head = f"arn:{context.partition}:execute-api:{context.region}:{context.account}"
    address = api["ApiEndpoint"].rstrip("/") + "/"
    return {
        "routeSettings": with_keys(
            context, "routeSettings", found.get("RouteSettings"), "routeKey"
        ),
        "invokeUrl": address if stage == "$default" else address + stage,
        "executionArn": f"{head}:{context.get('apiId')}/{stage}",
        "arn": f"arn:{context.partition}:apigateway:{context.region}::/apis/"
        f"{context.get('apiId')}/stages/{stage}",
    }


CREATE_STAGE = Op(
    name="CreateStage", rename={"name": "StageName", "routeSettings": ""}, extra=route_settings
)
UPDATE_STAGE = Op(
    name="UpdateStage",
    keys={**API, "StageName": "id"},
    rename=CREATE_STAGE.rename,
    extra=route_settings,
)

STAGE = Row(
    type="aws:apigatewayv2/stage:Stage",
    service="apigatewayv2",
    inputs={
        **each(UPDATE, "accessLogSettings deploymentId routeSettings tags"),
        "autoDeploy": Input(UPDATE, reset=False),
        "clientCertificateId": Input(UPDATE, reset=""),
        "defaultRouteSettings": Input(UPDATE, reset={"detailedMetricsEnabled": False}),
        "description": Input(UPDATE, reset=""),
        "stageVariables": Input(UPDATE, reset={}),
        **each(REPLACE, "apiId region"),
        "name": Input(REPLACE, limit=Limit(max_length=128, pattern=r"\$default|[a-zA-Z0-9_-]+")),
    },
    name=Naming(max_length=128),
    create=CREATE_STAGE,
    id="=name",
    from_id=in_api,
    read=Op(name="GetStage", keys={**API, "StageName": "id"}),
    computed=stage_computed,
    update=change_stage,
    delete=Op(name="DeleteStage", keys={**API, "StageName": "id"}),
    tags=TAGS,
)

ROWS = (STAGE,)
