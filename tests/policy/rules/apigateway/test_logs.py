"""Tests of policy.rules.apigateway.logs."""

import pytest

from policy.rules.apigateway.logs import (
    apigateway_access_logs,
    apigateway_execution_logs,
    apigateway_no_data_trace,
    apigateway_tracing,
)
from policy.testing import check, check_stack, resource, stack, unknown

STAGE = "aws:apigateway/stage:Stage"
HTTP_STAGE = "aws:apigatewayv2/stage:Stage"
API = "aws:apigateway/restApi:RestApi"
SETTINGS = "aws:apigateway/methodSettings:MethodSettings"
WHOLE = {
    "restApi": "api1234567",
    "stageName": "prod",
    "deployment": "dep123",
    "xrayTracingEnabled": True,
    "accessLogSettings": {"destinationArn": "arn:aws:logs:eu-west-1:1:log-group:a", "format": "$r"},
}


@pytest.mark.parametrize("typ", [STAGE, HTTP_STAGE])
def test_apigateway_access_logs(typ):
    check(
        apigateway_access_logs,
        typ,
        WHOLE,
        broken=[{"accessLogSettings": None}, {"accessLogSettings": {"format": "$r"}}],
        unknown_at=["accessLogSettings"],
    )


def test_apigateway_tracing():
    check(
        apigateway_tracing,
        STAGE,
        WHOLE,
        broken=[{"xrayTracingEnabled": False}, {"xrayTracingEnabled": None}],
        unknown_at=["xrayTracingEnabled"],
    )
    assert apigateway_tracing.remediate(resource(STAGE, "s", {})) == {"xrayTracingEnabled": True}


def test_apigateway_no_data_trace():
    check(
        apigateway_no_data_trace,
        SETTINGS,
        {"restApi": "a", "stageName": "prod", "methodPath": "*/*", "settings": {}},
        kept=[{"settings": None}, {"settings": {"dataTraceEnabled": False}}],
        broken=[{"settings": {"dataTraceEnabled": True, "loggingLevel": "INFO"}}],
        unknown_at=["settings"],
    )
    loud = {"settings": {"dataTraceEnabled": True, "loggingLevel": "INFO"}}
    changes = apigateway_no_data_trace.remediate(resource(SETTINGS, "s", loud))
    assert changes == {"settings": {"dataTraceEnabled": False, "loggingLevel": "INFO"}}


def test_apigateway_execution_logs():
    api = resource(API, "shop", {"name": "shop"})
    stage = resource(STAGE, "prod", WHOLE | {"restApi": unknown})

    def program(level, path="*/*", name="prod", api_of_settings=api):
        props = {"restApi": unknown, "stageName": name, "methodPath": path}
        props |= {"settings": {"loggingLevel": level}}
        return stack(
            api,
            stage,
            resource(SETTINGS, "all", props),
            property_dependencies={
                "prod": {"restApi": [api]},
                "all": {"restApi": [api_of_settings]},
            },
        )

    known = {"restApi": "api1234567", "stageName": "prod", "methodPath": "*/*"}
    check_stack(
        apigateway_execution_logs,
        kept=[
            program("ERROR"),
            program("INFO"),
            program(unknown),
            program("INFO", name=unknown),
            stack(
                resource(STAGE, "prod", WHOLE),
                resource(SETTINGS, "all", known | {"settings": {"loggingLevel": "ERROR"}}),
            ),
        ],
        broken=[
            stack(stage),
            program("OFF"),
            program(None),
            program("INFO", path="orders/GET"),
            program("INFO", name="dev"),
            program("INFO", api_of_settings=resource(API, "other", {"name": "other"})),
        ],
    )
