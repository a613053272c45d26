"""Rules on logs and traces of API Gateway."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.requirement import is_set, require_value
from policy.engine.rule import Findings, Resource, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN


@require_value(
    aws.APIGATEWAY_STAGE,
    aws.APIGATEWAYV2_STAGE,
    path="accessLogSettings.destinationArn",
    value=is_set,
    hint="to a log group",
)
@classify("audit", "observability", "medium", "mandatory")
def apigateway_access_logs() -> None:
    """Stages of APIs must log every request.

    Access logs record who called the API, when, and how it responded. They are needed to
    investigate incidents.

    References: FSBP APIGateway.9, Config apigateway-stage-access-logs-enabled,
    Config api-gwv2-access-logs-enabled, Checkov CKV_AWS_76, cdk-nag AwsSolutions-APIG1
    """


@stack_rule(aws.APIGATEWAY_STAGE, aws.APIGATEWAY_METHOD_SETTINGS)
@classify("audit", "observability", "medium", "mandatory")
def apigateway_execution_logs(stack: Stack) -> Findings:
    """Stages of REST APIs must have execution logs.

    Access logs show that a request failed; execution logs show which step failed and why.

    References: FSBP APIGateway.1, Config api-gw-execution-logging-enabled, Checkov CKV2_AWS_4,
    cdk-nag AwsSolutions-APIG6
    """
    for stage in stack.of_type(aws.APIGATEWAY_STAGE):
        settings = [
            one
            for one in stack.of_type(aws.APIGATEWAY_METHOD_SETTINGS)
            if _is_of(stack, one, stage) and _logs(one)
        ]
        if not settings:
            yield stage.finding(
                f"The API stage '{stage.name}' must log failures: add MethodSettings with"
                ' method_path "*/*" and settings.logging_level "ERROR".'
            )


def _is_of(stack: Stack, settings: Resource, stage: Resource) -> bool:
    """Return whether *settings* are, or may be, those of *stage*: same API and same name."""
    name = settings.get("stageName")
    by_name = stack.refers_to(settings, "stageName", stage) or name == stage.get("stageName")
    if not by_name and UNKNOWN not in (name, stage.get("stageName")):
        return False
    apis = stack.references(stage, "restApi", aws.APIGATEWAY_REST_API)
    if not apis:
        return stage.get("restApi") in (settings.get("restApi"), UNKNOWN)
    return any(stack.refers_to(settings, "restApi", api) for api in apis) or stack.is_undetermined(
        settings, "restApi"
    )


def _logs(settings: Resource) -> bool:
    level = settings.get("settings.loggingLevel")
    return settings.get("methodPath") in ("*/*", UNKNOWN) and level in ("ERROR", "INFO", UNKNOWN)


@require_value(
    aws.APIGATEWAY_METHOD_SETTINGS, path="settings.dataTraceEnabled", value=False, remediates=True
)
@classify("audit", "observability", "medium", "mandatory", when="production")
def apigateway_no_data_trace() -> None:
    """REST API stages must not log request bodies.

    Data tracing writes full request and response bodies, including personal data, to CloudWatch
    Logs.

    References: Checkov CKV_AWS_276
    """


@require_value(aws.APIGATEWAY_STAGE, path="xrayTracingEnabled", remediates=True)
@classify("architecture", "observability", "low", "advisory")
def apigateway_tracing() -> None:
    """REST API stages must trace requests.

    Traces show which downstream call caused the latency or error of a request.

    References: FSBP APIGateway.3, Config api-gw-xray-enabled, Checkov CKV_AWS_73
    """
