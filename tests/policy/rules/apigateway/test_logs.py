"""Tests of policy.rules.apigateway.logs."""

from policy.rules.apigateway.logs import apigateway_execution_logs
from policy.testing import check_stack, resource, stack, unknown

STAGE = "aws:apigateway/stage:Stage"
API = "aws:apigateway/restApi:RestApi"
SETTINGS = "aws:apigateway/methodSettings:MethodSettings"
WHOLE = {
    "restApi": "api1234567",
    "stageName": "prod",
    "deployment": "dep123",
    "xrayTracingEnabled": True,
    "accessLogSettings": {"destinationArn": "arn:aws:logs:eu-west-1:1:log-group:a", "format": "$r"},
}


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
