"""Rules on caches and usage plans of APIs."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.resource import parse_json_or_yaml
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_not_true, is_object, number

USAGE_PLAN = "aws:apigateway/usagePlan:UsagePlan"
LIMITS = {
    "quotaSettings.limit": "quota_settings.limit",
    "throttleSettings.rateLimit": "throttle_settings.rate_limit",
    "throttleSettings.burstLimit": "throttle_settings.burst_limit",
}


@stack_rule(
    aws.APIGATEWAY_STAGE,
    aws.APIGATEWAY_METHOD,
    aws.APIGATEWAY_METHOD_SETTINGS,
    aws.APIGATEWAY_REST_API,
    aws.CLOUDFRONT_DISTRIBUTION,
)
@classify("reliability", "edge", "low", "advisory", when="production")
def api_cache_on_get(stack: Stack) -> Findings:
    """Stages of REST APIs with GET methods must cache responses.

    Without a cache, every repeated read invokes the backend and adds latency and cost.
    """
    for stage in stack.of_type(aws.APIGATEWAY_STAGE):
        apis = stack.references(stage, "restApi", aws.APIGATEWAY_REST_API)
        if not any(_has_get(stack, api) for api in apis):
            continue
        settled = _cached_by_stage(stack, stage, apis) or any(
            stack.refers_to(one, "origins.domainName", source)
            for one in stack.of_type(aws.CLOUDFRONT_DISTRIBUTION)
            for source in (stage, *apis)
        )
        if not settled:
            yield stage.finding(
                f"The API stage '{stage.name}' must cache its GET methods: set"
                " cache_cluster_enabled=True and settings.caching_enabled=True in an"
                " aws.apigateway.MethodSettings."
            )


def _has_get(stack: Stack, api: Resource) -> bool:
    methods = stack.referrers("restApi", api, aws.APIGATEWAY_METHOD)
    if any(one.get("httpMethod") == "GET" for one in methods):
        return True
    body = parse_json_or_yaml(api.get("body"))
    paths = body.get("paths") if is_object(body) else None
    operations = paths.values() if is_object(paths) else ()
    return any(is_object(one) and "get" in one for one in operations)


def _cached_by_stage(stack: Stack, stage: Resource, apis: list[Resource]) -> bool:
    if is_not_true(stage.get("cacheClusterEnabled")):
        return False
    return any(
        _is_for_get(one) and not is_not_true(one.get("settings.cachingEnabled"))
        for one in stack.of_type(aws.APIGATEWAY_METHOD_SETTINGS)
        if any(stack.refers_to(one, "restApi", api) for api in apis)
        and _same_stage(stack, one, stage)
    )


def _same_stage(stack: Stack, settings: Resource, stage: Resource) -> bool:
    name = settings.get("stageName")
    return name in (stage.get("stageName"), UNKNOWN) or stack.refers_to(
        settings, "stageName", stage
    )


def _is_for_get(settings: Resource) -> bool:
    path = settings.get("methodPath")
    return path is UNKNOWN or path == "*/*" or str(path).endswith("/GET")


@rule(USAGE_PLAN)
@classify("reliability", "edge", "medium", "mandatory")
def usage_plan_has_quota_and_throttle(plan: Resource) -> Messages:
    """Usage plans must have a quota and a throttle.

    Without limits, one API consumer can use up the capacity of all others.
    """
    missing = [
        argument
        for path, argument in LIMITS.items()
        if (value := plan.get(path)) is not UNKNOWN and (number(value) or 0) <= 0
    ]
    if missing:
        yield (
            f"The usage plan '{plan.name}' must limit its consumers: set {', '.join(missing)}"
            " above 0."
        )
